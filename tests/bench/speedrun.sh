#!/usr/bin/env bash
# A recipe over several seeds: accuracy, time, and time times the machine's multiply-add peak, by
# which different machines compare. With --validation N the accuracy is that of the N images kept apart.
#
#     tests/bench/speedrun.sh BUILD RUNS [options of the trainer...]
#
# BUILD/speedrun/runs.csv keeps a row for each seed. A seed that has a row of this very program, with
# these options, on this processor is not trained again; a training that was broken off goes on. The
# networks stay in BUILD/speedrun/KEY/seedN.
set -eu
build=$1 runs=$2
shift 2
case $runs in '' | 0* | *[!0-9]*)
    echo "error: RUNS=$runs: how many seeds? Give a number from 1 on" >&2
    exit 1
    ;;
esac
trainer=$build/chapters/08_training folder=$build/speedrun
table=$folder/runs.csv
mkdir -p "$folder"
[ -e "$table" ] || echo key,commit,processor,threads,peak_gflops,seed,accuracy,seconds >"$table"

# What the machine is and can do, by the same number of threads.
threads=$(printf '%s' "$*" | grep -Eo -- '(--threads[ =]|-t ?)[0-9]+' | tail -n 1 | tr -dc 0-9) || true
"$build/tests/bench" --only machine --out "$folder" ${threads:+--threads "$threads"} >&2
machine() { # name, shape, column: of the benchmark's table
    awk -F, -v name="$1" -v shape="$2" -v column="$3" \
        '$1 == "machine" && index($2, name) == 1 && (shape == "" || $3 == shape) { print $column }' \
        "$folder/bench.csv"
}
processor=$(machine processor "" 3) threads=$(machine processor "" 5)
peak=$(machine multiply-adds "all threads" 5)
commit=$(git describe --always --dirty --exclude '*' 2>/dev/null) || commit=unknown
key=$({ cat "$trainer" && echo "$processor, $threads, $*"; } | cksum | cut -d ' ' -f 1)

for seed in $(seq "$runs"); do
    grep -Eq "^$key,([^,]*,){4}$seed," "$table" && continue
    out=$folder/$key/seed$seed resume=()
    [ ! -e "$out/training.safetensors" ] || resume=(--resume "$out/training.safetensors")
    "$trainer" "$@" --seed "$seed" --out "$out" "${resume[@]}" >&2
    # The seconds since the training began, and the last accuracy: of the test images or, with
    # --validation, of those kept apart.
    IFS=, read -r _ _ seconds _ _ _ _ accuracy < <(tail -n 1 "$out/log.csv")
    [ ! -e "$out/validation.csv" ] || accuracy=$(tail -n 1 "$out/validation.csv" | cut -d , -f 3)
    echo "$key,$commit,$processor,$threads,$peak,$seed,$accuracy,$seconds" >>"$table"
    rm "$out/training.safetensors"
done

export LC_ALL=C.UTF-8 # numbers are written with a point
kind="test accuracy"
[ ! -e "$folder/$key/seed1/validation.csv" ] || kind="validation"
options=${*:---recipe quick}
printf '%s\n%s, %s threads, multiply-add peak %.0f GFLOP/s; commit %s\n\n' \
    "$options" "$processor" "$threads" "$peak" "$commit"
awk -F, -v key="$key" -v runs="$runs" -v kind="$kind" -v options="$options" '
    $1 == key && $6 <= runs {
        if (count == 0)
            printf "%6s %16s %9s %9s\n", "seed", kind " %", "seconds", "GFLOP"
        commits[$2]
        accuracy[++count] = 100 * $7
        seconds += $8
        work += $8 * $5
        sum += accuracy[count]
        processor = $3
        printf "%6d %16.2f %9.1f %9.0f\n", $6, accuracy[count], $8, $8 * $5
    }
    END {
        mean = sum / count
        for (i = 1; i <= count; i++)
            squares += (accuracy[i] - mean) ^ 2
        deviation = count > 1 ? sprintf("%.2f", sqrt(squares / (count - 1))) : "?"
        printf "%6s %16.2f %9.1f %9.0f\n", "mean", mean, seconds / count, work / count
        printf "%6s %16s\n\n", "±", deviation
        for (commit in commits)
            made = made (made ? ", " : "") commit
        printf "| %.2f ± %s %% | %d | %d:%02d | %.0f | %s | %s | `make speedrun RUNS=%d ARGS=\"%s\"` |\n",
            mean, deviation, count, seconds / count / 60, seconds / count % 60, work / count,
            processor, made, runs, options
    }' "$table"
