#!/usr/bin/env bash
# What many machines would gain, on simulated ones (simulate.sh); make scaling calls it.
#
#     scaling.sh [--only bits|pattern] [--nodes 4,16,...] [--gbits 1,10,...] [--latency 2] [--layers 50]
#         [--rate 300] [--out DIR]
#
# bits: the trainer of chapter 8 leaves the same checkpoint on 1 to 64 nodes. pattern: the pattern of a
# training step (simulated_step.c) on up to 1,024 nodes goes into DIR/scaling.csv, a row for each.
set -eu
only='' nodes='' gbits=1,10,25,100 latency='' layers='' rate='' out=build/scaling
while [ $# -gt 0 ]; do
    case $1 in
    --only | --nodes | --gbits | --latency | --layers | --rate | --out) declare "${1#--}=${2:?$1 needs a value}" ;;
    *)
        echo "error: scaling.sh has no option $1; its first lines name all" >&2
        exit 1
        ;;
    esac
    shift 2
done
case $only in '' | bits | pattern) ;; *) echo "error: --only $only is neither bits nor pattern" >&2 && exit 1 ;; esac
command -v smpirun >/dev/null || {
    echo "error: smpirun is missing; install SimGrid: make setup MPI=1" >&2
    exit 1
}
here=chapters/14_many_machines
mkdir -p "$out"

# ---- the same bits ----

number() { printf '%b' "$(printf '\\x00\\x00\\x%02x\\x%02x' $(($1 / 256)) $(($1 % 256)))"; }

# The first images of Fashion-MNIST: 64 processes that unpack all of it take half a minute.
first_images() { # how many of each half
    local from half
    for from in "${FASHION_MNIST:-}" datasets/fashion-mnist /usr/share/datasets/fashion-mnist ""; do
        ls "$from"/train-images-idx3-ubyte* >/dev/null 2>&1 && break
    done
    [ -n "$from" ] || { echo "error: Fashion-MNIST is missing; run make setup" >&2; exit 1; }
    mkdir -p "$out/images"
    for half in train t10k; do
        part 3 8 784 "$1" "$from/$half-images-idx3-ubyte"
        part 1 0 1 "$1" "$from/$half-labels-idx1-ubyte"
    done
}

part() { # axes, bytes of the other axes' sizes, of a value; how many values, file
    local file=$5
    [ -e "$file" ] || file=$file.gz
    {
        printf '%b' "\\x00\\x00\\x08\\x0$1"
        number "$4"
        gzip -cdf "$file" 2>/dev/null | head -c $((8 + $2 + $3 * $4)) | tail -c +9
    } >"$out/images/${5##*/}"
}

train_on() { # nodes
    local place=$out/$1
    rm -rf "$place"
    bash $here/simulate.sh "$1" build/smpi/chapters/08_training --recipe basic --data "$out/images" --batch 64 \
        --groups 64 --resize 12 --epochs 1 --out "$place" >"$out/training.log" || return 1
    sha256sum "$place/model.safetensors" | cut -c 1-16
}

same_bits() {
    local count sum first=
    echo "ResNet-20, two steps of 64 images in 64 groups, on simulated nodes:"
    first_images 128
    for count in ${nodes:-1 4 16 64}; do
        [ "$count" -le 64 ] || continue
        sum=$(train_on "$count") || exit 1
        first=${first:-$sum}
        printf '%6d nodes: checkpoint %s\n' "$count" "$sum"
        [ "$sum" = "$first" ] || { echo "error: the checkpoints differ; see all_reduce()" >&2; exit 1; }
    done
}

# ---- the pattern ----

# Networks, and the images a second that a node trains on: two cores of this course's machine, or thirty
# times as many.
networks() {
    local usual=("--layers 50 --rate 10" "--layers 50 --rate 300" "--layers 20 --rate 1380")
    if [ -n "$rate" ]; then
        echo "--layers ${layers:-50} --rate $rate"
    else
        printf '%s\n' "${usual[@]}" | grep -e "--layers ${layers:+$layers }" ||
            { echo "error: --layers $layers needs the --rate of a node" >&2 && return 1; }
    fi
}

microseconds() { # Gbit/s: of a message
    if [ "$1" = 100 ]; then echo "${latency:-2}"; else echo "${latency:-10}"; fi
}

# A line for each step, the longest simulations first: nodes, Gbit/s, latency, and options.
steps() {
    local count network speed way
    for count in ${nodes:-1024 256 64 16 4}; do
        while read -r network; do
            for speed in $gbits; do
                for way in "16 --ghost" 16 "1 --ghost" 1; do
                    echo "$count $speed $(microseconds "$speed") $network --buckets $way"
                done
            done
        done < <(networks)
    done
}

simulate_step() { # a line of steps()
    local row
    row=$(PATTERN=1 GBITS=$2 LATENCY=$3 bash $here/simulate.sh "$1" build/smpi/simulated_step --gbits "$2" \
        --latency "$3" "${@:4}")
    printf '%s\n' "$row" >"$out/steps/$(tr -c '0-9a-z\n' _ <<<"$*")"
    [ -t 2 ] && printf '\r%s of %s steps ' "$(ls "$out/steps" | wc -l)" "$total" >&2
    return 0
}

pattern() {
    networks >/dev/null || exit 1
    rm -rf "$out/steps"
    mkdir -p "$out/steps"
    total=$(steps | wc -l)
    export here out total
    export -f simulate_step
    steps | xargs -P "$(nproc)" -I LINE bash -euc 'simulate_step LINE'
    [ ! -t 2 ] || printf '\n' >&2
    {
        head -qn 1 "$out"/steps/* | sort -u
        tail -qn 1 "$out"/steps/*
    } >"$out/scaling.csv"
    "${BUILD:-build}/chapters/14_many_machines" --scaling "$out/scaling.csv" --out "$out"
}

nodes=${nodes//,/ } gbits=${gbits//,/ }
[ "$only" = pattern ] || same_bits
[ "$only" = bits ] || pattern
