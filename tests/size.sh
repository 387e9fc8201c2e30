#!/usr/bin/env bash
# The budget of the house: fails when it grew beyond what its parts are worth. Who needs more room
# makes room elsewhere first, or argues for a larger budget here; git log tells when and why each was
# raised.
set -eu
cd "$(dirname "$0")/.."

lines() { git ls-files -z "$@" | xargs -0 cat | wc -l; }

over=0
budget() { # what, how many, at most
    printf '%6d of %6d  %s\n' "$2" "$3" "$1"
    [ "$2" -le "$3" ] || over=1
}

budget "tracked files" "$(git ls-files | wc -l)" 1139
budget "lines of C, shell and Python" "$(lines '*.c' '*.h' '*.sh' '*.py')" 71290
budget "lines of JavaScript and CSS" "$(lines '*.js' '*.mjs' '*.css')" 7000
budget "lines of C in common/" "$(lines 'common/*.c' 'common/*.h')" 17920
[ $over = 0 ] || { echo "tests/size.sh: over the budget" >&2; exit 1; }
