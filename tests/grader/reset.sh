#!/usr/bin/env bash
# Puts the stubs of a chapter back: tests/grader/reset.sh NN [FUNCTION]. Asks first, unless YES=1;
# what was there is kept beside it as FUNCTION.c.bak-DATE.
set -eu
number=$1 function=${2:-}

changed=()
for stub in tests/stubs/"$number"_*/${function:-*}.c; do
    [ -f "$stub" ] || continue
    file=exercises/${stub#tests/stubs/}
    cmp -s "$stub" "$file" || changed+=("$file")
done
if [ ${#changed[@]} = 0 ]; then
    echo "Nothing to reset in chapter $number: all stubs are as they were."
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
    cp "tests/stubs/${file#exercises/}" "$file"
done
