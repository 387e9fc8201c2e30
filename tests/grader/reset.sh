#!/usr/bin/env bash
# Puts the stubs of a chapter back, or of all: tests/grader/reset.sh STUBS NN|all [FUNCTION]. Asks
# first, unless YES=1; what was there is kept beside it as FUNCTION.c.bak-DATE.
set -eu
stubs=$1 chapter=${2/#all/*} function=${3:-}

changed=() found=
for solution in solutions/${chapter}_*/${function:-*}.c; do
    [ -f "$solution" ] || continue
    found=1
    file=exercises/${solution#solutions/}
    cmp -s "$stubs/${solution#solutions/}" "$file" || changed+=("$file")
done
if [ -z "$found" ]; then
    echo "chapter $2 has no exercise${function:+ named $function}; \`make check\` lists them" >&2
    exit 1
fi
if [ ${#changed[@]} = 0 ]; then
    echo "Nothing to reset: all stubs are as they were."
    exit 0
fi

echo "Back to the stub:"
printf '    %s\n' "${changed[@]}"
if [ "${YES:-}" != 1 ]; then
    read -r -p "What you wrote is kept as .bak files. Go on (y/n)? " answer || answer=n
    case $answer in
    y* | Y*) ;;
    *) echo "Nothing was changed." && exit 1 ;;
    esac
fi
date=$(date +%Y%m%d-%H%M%S)
for file in "${changed[@]}"; do
    if [ -f "$file" ]; then
        cp -p "$file" "$file.bak-$date"
        echo "kept: $file.bak-$date"
    fi
    mkdir -p "$(dirname "$file")"
    cp "$stubs/${file#exercises/}" "$file"
done
