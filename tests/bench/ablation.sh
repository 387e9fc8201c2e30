#!/usr/bin/env bash
# What a recipe's ingredients are worth, eight of them in twelve trainings: each is in six of these and
# missing in six, and in both halves every other one is there three times. So the difference of the halves'
# means is due to it, and every training tells of every ingredient (R. Plackett, J. Burman, The design of
# optimum multifactorial experiments, Biometrika 33, 1946). Three columns of the design are left over:
# what they show is chance.
#
#     tests/bench/ablation.sh BUILD [options of the trainer...]
#
# All trainings have one seed, so that the same images are kept apart. What is in BUILD/ablation/KEY
# is not trained again; a training that was broken off goes on.
set -eu
build=$1
shift
[ $# -gt 0 ] || set -- --recipe quick --validation 10000
case $* in *--validation*) ;; *)
    echo "error: no images are kept apart to compare by; add --validation 10000" >&2
    exit 1
    ;;
esac
with=("--muon 0.02" --alternate "--hard 0.75" "--average 0.99" --zero-start "--shift 1" "--erasing 0.25"
    "--learning-rate 0.2")
without=("--muon 0" --alternate=no "--hard 0" "" "" "--shift 0" "--erasing 0" "--learning-rate 0.1")
trainer=$build/chapters/08_training
folder=$build/ablation/$({ cat "$trainer" && echo "$*"; } | cksum | cut -d ' ' -f 1)
mkdir -p "$folder"

row=++-+++---+- # the next one begins with this one's last sign; the twelfth has no ingredient
for ((run = 1; run <= 12; run++)); do
    [ $run -lt 12 ] || row=-----------
    out=$folder/run$run options=() resume=()
    for ((i = 0; i < ${#with[@]}; i++)); do
        # shellcheck disable=SC2206 # an option and its value are two words
        if [ "${row:i:1}" = + ]; then options+=(${with[i]}); else options+=(${without[i]}); fi
    done
    if [ ! -e "$out/done" ]; then
        [ ! -e "$out/training.safetensors" ] || resume=(--resume "$out/training.safetensors")
        "$trainer" "$@" "${options[@]}" --out "$out" "${resume[@]}" >&2
        touch "$out/done"
    fi
    echo "$row,$(tail -n 1 "$out/validation.csv")"
    row=${row:10}${row:0:10}
done >"$folder/runs.csv"

printf '%s\n' "${with[@]}" | awk -F, '
    FNR == NR {
        name[++names] = $0
        next
    }
    {
        printf "%2d  %s  loss %.4f  accuracy %.2f %%\n", FNR, $1, $3, 100 * $4
        for (i = 1; i <= 11; i++) {
            sign = substr($1, i, 1)
            loss[i, sign] += $3 / 6
            accuracy[i, sign] += 100 * $4 / 6
        }
    }
    END {
        printf "\n| with | loss | accuracy | without: loss | accuracy | gain: loss | accuracy |\n"
        printf "| --- | --- | --- | --- | --- | --- | --- |\n"
        for (i = 1; i <= 11; i++) {
            lower = loss[i, "-"] - loss[i, "+"]
            higher = accuracy[i, "+"] - accuracy[i, "-"]
            if (i <= names)
                printf "| `%s` | %.4f | %.2f %% | %.4f | %.2f %% | %.4f | %.2f |\n", name[i], loss[i, "+"],
                    accuracy[i, "+"], loss[i, "-"], accuracy[i, "-"], lower, higher
            chance_lower += i > names ? lower ^ 2 / (11 - names) : 0
            chance_higher += i > names ? higher ^ 2 / (11 - names) : 0
        }
        printf "| chance (root mean square of three columns of none) | | | | | %.4f | %.2f |\n",
            sqrt(chance_lower), sqrt(chance_higher)
    }' - "$folder/runs.csv"
