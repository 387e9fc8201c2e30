#!/usr/bin/env bash
# The words of the lessons against the glossary: tests/commands/test_glossary.sh BUILD.
source "$(dirname "$0")/lib.sh"

glossary=chapters/00_first_steps/glossary.md
lessons=(chapters/[0-9][0-9]_*/README.md) # in the order in which they are read

complaints() { # lessons...
    run awk -f tests/commands/glossary.awk "$glossary" "$@"
}

complaints "${lessons[@]}" && [ ! -s "$out" ]
result $? "each word of the glossary is explained where it is first used, or before"

for lesson in "${lessons[@]}"; do
    sed '/^## /q' "$lesson" | grep -Eq '\]\((\.\./00_first_steps/)?glossary\.md\)' &&
        sed '/^## /q' "$lesson" | grep -q '^You need: '
    result $? "$lesson: its head says what it needs and leads to the glossary"
done

# What the first test must find. Each change is made in a copy of the lessons.
finds() { # name, complaint, chapter, sed command
    local copy=$dir/chapters
    rm -rf "$copy"
    mkdir -p "$copy"
    for lesson in "${lessons[@]}"; do
        mkdir "$copy/$(basename "$(dirname "$lesson")")"
        cp "$lesson" "$copy/$(basename "$(dirname "$lesson")")"
    done
    sed -i "$4" "$copy/$3/README.md"
    complaints "$copy"/*/README.md && [ "$(wc -l <"$out")" = 1 ] && says "$2"
    result $? "$1"
}
finds "a word whose explanation is gone" '^03_pre_activation: "inference" is used' 03_pre_activation \
    's/\*inference\*/inference/'
finds "a word used chapters too early" '^01_padding: "batch normalisation" is used' 01_padding \
    '/^## By hand/a\\nBatch norms come later.'
finds "... or in a list" '^02_custom_conv: "velocity" is used' 02_custom_conv \
    '/^## In the library/a\\n- One.\n- The velocity.'
finds "a word that its chapter no longer has" \
    '^glossary: 14_many_machines never uses "ghost batch normalisation"' 14_many_machines \
    's/[Gg]host batch/batch/'
