#!/usr/bin/env bash
# The lessons against the programs: tests/commands/test_lessons.sh BUILD.
#
# Each command of a README's ```console blocks runs once, in a copy of the tree with fresh exercises.
# Every line shown below it must be in the command's output, in that order (compare_lesson.awk).
# Then, for all READMEs: links lead somewhere, and names in `backticks` are those of the sources.
source "$(dirname "$0")/lib.sh"
unset SIMD SANITIZE BUILD SOURCE KERNELS GRAPH ARGS EXERCISE

readmes=$(find . \( -name README.md -o -path './chapters/[0-9]*.md' \) -not -path './build/*' -not -path './.git/*' -not -path '*/node_modules/*' | sed 's|^\./||' | sort)

# ---- commands ----

tree=$dir/tree
copy_tree "$tree"

# Splits a README's console blocks into $dir/blocks/N.command and N.shown.
mkdir "$dir/blocks"
split_blocks() { # README
    rm -f "$dir"/blocks/*
    awk -v dir="$dir/blocks" '
        /^ *```/ { console = /^ *```console/; next }
        console && /^ *\$ / {
            block = dir "/" ++count
            sub(/^ *\$ /, "")
            print > (block ".command")
            printf "" > (block ".shown")
            next
        }
        console && block { print > (block ".shown") }' "$1"
}

declare -A outputs=() # of each command, the file
check_block() { # block, README
    local command shown=$1.shown
    command=$(cat "$1.command")
    if [[ $command != "make "* ]]; then
        echo "this test runs make alone" >"$out"
        return 1
    fi
    if [ -z "${outputs[$command]:-}" ]; then
        outputs[$command]=$dir/output-${#outputs[@]}
        (cd "$tree" && timeout 120 bash -c "$command") >"${outputs[$command]}" 2>&1 </dev/null
        echo $? >"${outputs[$command]}.status"
    fi
    if [ "$(cat "${outputs[$command]}.status")" != 0 ]; then
        tail -n 5 "${outputs[$command]}" >"$out"
        return 1
    fi
    awk -f tests/commands/compare_lesson.awk "${outputs[$command]}" "$shown" >"$out"
}

for readme in $readmes; do
    split_blocks "$readme"
    for ((i = 1; ; i++)); do
        block=$dir/blocks/$i
        [ -e "$block.command" ] || break
        check_block "$block"
        result $? "$readme, console $i: $(cat "$block.command")"
    done
done

# ---- links and names ----

# All words of the sources, and all words with a parenthesis behind them.
cat common/*/*.[ch] common/*/*/*.[ch] solutions/*/*.c exercises/*/*.c chapters/*/*.c tests/*/*.[ch] datasets/*.sh \
    Makefile tests/*/*.mk chapters/site/*.mk >"$dir/sources"
tr -cs 'A-Za-z0-9_' '\n' <"$dir/sources" | sort -u >"$dir/words"
grep -oE '[A-Za-z0-9_]+\(' "$dir/sources" | tr -d '(' | sort -u >"$dir/functions"
grep -oE '"[a-z][a-z-]+"' "$dir/sources" | tr -d '"' | sort -u >"$dir/strings"
sed -nE 's/^([a-z%][A-Za-z0-9% -]*):([^=].*)?$/\1/p' Makefile tests/*/*.mk chapters/site/*.mk | tr ' ' '\n' | sort -u >"$dir/targets"
tracked=$(find common chapters exercises solutions tests datasets -type f -not -path '*/node_modules/*' -printf '%f\n' | sort -u)

has() { grep -qxF -- "$2" "$dir/$1"; }

exists() { # path, README: from the root, from the README's folder, or as the sources include it
    [ -e "$1" ] || [ -e "$(dirname "$2")/$1" ] || [ -e "common/$1" ] || grep -qxF "/$1/" .gitignore
}

targets_exist() { # words of a make command
    local word
    for word; do
        [[ $word == *=* || $word == [0-9]* ]] && break
        [[ $word =~ ^[a-zA-Z-]+(-[0-9][0-9])?$ ]] || continue
        has targets "$word" || has targets "${word%-[0-9][0-9]}-%" || return 1
    done
}

known() { # what stands in backticks, README
    local text=$1
    case $text in
    "make "*) targets_exist ${text#make } ;;
    *[!A-Za-z0-9_./\(\)-]* | *NN* | build/*) true ;; # not a name, or a pattern
    --help) true ;; # argp's own
    --[a-z]*) has strings "${text#--}" ;;
    *"()") has functions "${text%()}" ;;
    *.[ch] | *.sh | *.mk) if [[ $text == */* ]]; then exists "$text" "$2"; else grep -qxF "$text" <<<"$tracked"; fi ;;
    chapters/* | exercises/* | solutions/* | common/* | datasets/* | tests/*) exists "$text" "$2" ;;
    *[!A-Za-z0-9_]*) true ;;
    *_*) has words "$text" || has words "$(sed -E 's/_?[0-9]+$//' <<<"$text")" ;;
    esac
}

text_of() { # README: without its fenced blocks
    awk '/^ *```/ { fenced = !fenced; next } !fenced' "$1"
}

for readme in $readmes; do
    while read -r link; do
        [[ $link == *://* || $link == "#"* || -e $(dirname "$readme")/${link%%#*} ]] || echo "$link leads nowhere"
    done < <(text_of "$readme" | grep -oE '\]\([^)]*\)' | sed 's/^](//; s/)$//') >"$out"
    [ ! -s "$out" ]
    result $? "$readme: links and pictures"

    while read -r name; do
        known "$name" "$readme" || echo "\`$name\` is not there"
    done < <(text_of "$readme" | grep -oE '`[^`]+`' | tr -d '`' | sort -u) >"$out"
    [ ! -s "$out" ]
    result $? "$readme: names"
done
