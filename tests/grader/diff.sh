#!/usr/bin/env bash
# Your file beside the solution, both without the exercise's text: tests/grader/diff.sh NN FUNCTION.
# Where a terminal is too narrow for two columns, the lines stand below each other, as in a patch.
set -eu
number=$1 function=$2
wide=160
width=${COLUMNS:-$({ tput cols || echo $wide; } 2>/dev/null)}
[ -t 1 ] || width=${COLUMNS:-200}

code_of() { # file: what stands behind the comment at its head
    awk 'NR == 1 && /^\/\*/ { text = 1 }
        !text && !/^ *\/\* stub:.*\*\/$/ { print }
        text && /\*\/ *$/ { text = 0 }' "$1"
}
for solution in solutions/"$number"_*/${function:-*}.c; do
    file=exercises/${solution#solutions/}
    if [ "$width" -ge $wide ]; then
        echo "$file | $solution"
        layout=(--side-by-side --expand-tabs --width="$width")
    else
        layout=(--unified=2 --label "$file" --label "$solution")
    fi
    diff "${layout[@]}" --color=auto <(code_of "$file") <(code_of "$solution") || [ $? = 1 ]
done
