#!/usr/bin/env bash
# Runs libFuzzer on each target for some seconds, and prints what came of it:
#
#     tests/fuzz/fuzz.sh BUILD SECONDS [TARGET...] # JOBS of them at a time
#     tests/fuzz/fuzz.sh --one BUILD SECONDS TARGET
#     tests/fuzz/fuzz.sh --seeds FOLDER            # only cuts seeds.txt into FOLDER/TARGET/NAME
#
# Inputs that reached something new stay in BUILD/corpus for the next run. An input that crashed, in
# this run or before, is a finding: it stays in BUILD/findings until it crashes no more. The exit
# status is 1 while there is one.
set -eu
cd "$(dirname "$0")/../.."

seeds() { # folder
    local line seed=
    while IFS= read -r line; do
        case $line in
        '## '*)
            read -r _ target name _ <<<"$line"
            mkdir -p "$1/$target"
            seed=$1/$target/$name
            : >"$seed" ;;
        '#'* | '') ;;
        '@zeros '*) head -c "${line#* }" /dev/zero >>"$seed" ;;
        '@file '*) cat "${line#* }" >>"$seed" ;;
        @gzip) gzip -nc "$seed" >"$seed.tmp" && mv "$seed.tmp" "$seed" ;;
        @header)
            { printf '%b' "$(printf '\\x%02x' $(($(stat -c %s "$seed") % 256)) \
                $(($(stat -c %s "$seed") / 256)))\0\0\0\0\0\0" && cat "$seed"; } >"$seed.tmp"
            mv "$seed.tmp" "$seed" ;;
        *) printf '%b' "$line" >>"$seed" ;;
        esac
    done <tests/fuzz/seeds.txt
}

fuzz() { # target; libFuzzer's status
    mkdir -p "$build/corpus/$1"
    nice -n 19 "$build/fuzzer" --target="$1" -max_total_time="$seconds" -max_len=8192 -timeout=20 \
        -close_fd_mask=3 -print_final_stats=1 -artifact_prefix="$build/findings/$1-" \
        "$build/corpus/$1" "$build/seeds/$1" >"$build/logs/$1" 2>&1
}

still_crash() { # target: prints how many findings do, and forgets the others
    local input count=0
    for input in "$build/findings/$1-"*; do
        case $input in *'*' | *.log) continue ;; esac
        if "$build/fuzzer" --target="$1" -timeout=20 "$input" >"$input.log" 2>&1; then
            rm "$input" "$input.log"
        else
            count=$((count + 1))
        fi
    done
    echo "$count"
}

number() { # pattern, log: the last one
    sed -n "s/.*$1 *\([0-9]*\).*/\1/p" "$2" | tail -n 1
}

row() {
    printf '%-14s %12s %8s %9s %7s  %s\n' "$@"
}

one() { # target: a row of the table
    local status=0 log=$build/logs/$1 found
    fuzz "$1" || status=$?
    found=$(still_crash "$1")
    if [ $status != 0 ] && [ "$found" = 0 ]; then
        found="1, not by its input alone: $log"
    fi
    row "$1" "$(number executed_units: "$log")" "$(number exec_per_sec: "$log")" \
        "$(number ' ft:' "$log")" "$(find "$build/corpus/$1" -type f | wc -l)" "$found"
    [ "$found" = 0 ]
}

case $1 in
--seeds)
    seeds "$2"
    exit ;;
--one)
    build=$2 seconds=$3
    one "$4"
    exit ;;
esac

build=$1 seconds=$2
shift 2
TMPDIR=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
export TMPDIR # inputs are files: better in memory
export ASAN_OPTIONS=quarantine_size_mb=4 # memory is used again sooner: twice as fast
trap 'rm -rf "$TMPDIR"' EXIT
rm -rf "$build/seeds"
seeds "$build/seeds"
mkdir -p "$build/findings" "$build/logs"
mapfile -t targets < <(ls "$build/seeds")
[ $# = 0 ] || targets=("$@")

row target executions /second features corpus findings
status=0
printf '%s\n' "${targets[@]}" |
    xargs -P "${JOBS:-1}" -I TARGET bash tests/fuzz/fuzz.sh --one "$build" "$seconds" TARGET ||
    status=1
for input in "$build"/findings/*; do
    case $input in *'*' | *.log) continue ;; esac
    name=${input##*/}
    echo "open: $build/fuzzer --target=${name%%-*} $input"
done
exit $status
