#!/usr/bin/env bash
# Your file on the left, the solution on the right, without the stub's marker:
# tests/grader/diff.sh NN FUNCTION.
set -eu
number=$1 function=$2
width=$({ tput cols || echo 160; } 2>/dev/null)
[ -t 1 ] || width=200

for solution in solutions/"$number"_*/${function:-*}.c; do
    file=exercises/${solution#solutions/}
    echo "$file | $solution"
    sed '/^ *\/\* stub:.*\*\/$/d' "$solution" |
        diff --side-by-side --expand-tabs --width="$width" --color=auto "$file" - || [ $? = 1 ]
done
