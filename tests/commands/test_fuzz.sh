#!/usr/bin/env bash
# What fuzzing begins with and what it found (tests/fuzz/seeds.txt), given to the same targets.
source "$(dirname "$0")/lib.sh"
bash tests/fuzz/fuzz.sh --seeds "$dir/seeds"

grep '^## ' tests/fuzz/seeds.txt >"$dir/lines"
while read -r _ target name outcome words; do
    command=(run "$build/tests/replay" "--target=$target" "$dir/seeds/$target/$name")
    case $outcome in
    accepted) check "$target takes $name" "${command[@]}" ;;
    refused:) fails "$target refuses $name" "$words" -- "${command[@]}" ;;
    misused:) check "$target tells argp's users of $name" is_misused "$words" "${command[@]}" ;;
    *) echo "not ok - $target $name: the outcome $outcome is unknown" ;;
    esac
done <"$dir/lines"
