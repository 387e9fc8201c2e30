#!/usr/bin/env bash
# Guess first: MAKE=make tests/grader/predict.sh LESSON KEPT.
#
# Asks what the lesson asks in its paragraphs with **Predict:**, at the terminal or from a pipe; an
# empty line skips a question. KEPT gets a line for each guess, with tabs between: the question's
# number, the date, the guess, the question. A first guess stays. Then come, for each question that has
# a guess, the output of the commands in the console blocks below it, the guess, and what the lesson
# says: up to the next heading or question, as in the course's pages (chapters/site).
set -eu
lesson=$1 kept=$2
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT

# Into $parts: N.question, on one line; N.commands; N.outcome.
awk -v parts="$parts" '
    function paragraph_ends() {
        if (paragraph ~ /\*\*Predict:\*\*/) {
            question = parts "/" ++count
            gsub(/\n/, " ", paragraph)
            gsub(/\*\*/, "", paragraph)
            print paragraph >(question ".question")
            printf "" >(question ".commands")
            printf "" >(question ".outcome")
        } else if (question && paragraph)
            print paragraph "\n" >(question ".outcome")
        paragraph = ""
    }
    function tells(line) { if (question) print line >(question ".outcome") }
    /^ *```/ {
        paragraph_ends()
        fenced = !fenced
        console = fenced && /```console/
        if (!fenced) tells("")
        next
    }
    fenced && console && /^ *\$ make / && question {
        command = $0
        sub(/^ *\$ /, "", command)
        print command >(question ".commands")
    }
    fenced { tells("    " $0); next }
    /^#+ / || /^Next: \[/ { paragraph_ends(); question = ""; next }
    /^<\/?(details|summary)>/ { paragraph_ends(); next }
    /^$/ { paragraph_ends(); next }
    { paragraph = paragraph (paragraph ? "\n" : "") $0 }
    END { paragraph_ends() }' "$lesson"
questions=("$parts"/*.question)
count=${#questions[@]}
[ -e "${questions[0]}" ] || { echo "$lesson asks for no predictions." && exit; }

guess_of() { # number; by its text: a lesson can have got questions since, and numbers moved
    [ ! -e "$kept" ] || question=$(cat "$parts/$1.question") \
        awk -F'\t' '$4 == ENVIRON["question"] { print $3; exit }' "$kept"
}

keep() { # number, guess
    mkdir -p "$(dirname "$kept")"
    printf '%d\t%s\t%s\t%s\n' "$1" "$(date '+%F %H:%M')" "${2//$'\t'/ }" "$(cat "$parts/$1.question")" >>"$kept"
}

ask() { # number
    local guess
    printf '\nQuestion %d of %d.\n' "$1" "$count"
    fold -s -w 96 "$parts/$1.question"
    guess=$(guess_of "$1")
    if [ -n "$guess" ]; then
        echo "You guessed: $guess"
        return
    fi
    read -rp "Your guess (nothing: skip): " guess || true
    [ -z "$guess" ] || keep "$1" "$guess"
}

declare -A ran=()
failed=0
run_once() { # command of the lesson
    if [ -n "${ran[$1]:-}" ]; then
        echo "(the output of $1: see above)"
        return
    fi
    ran[$1]=yes
    echo "\$ $1"
    bash -c "$MAKE --no-print-directory ${1#make }" </dev/null || failed=1
}

show() { # number, guess
    local command
    printf '\n==== Question %d of %d ====\n' "$1" "$count"
    [ -s "$parts/$1.commands" ] || echo "(Nothing runs here; longer runs stand in the lesson.)"
    while read -r command; do run_once "$command"; done <"$parts/$1.commands"
    printf '\nYou were asked:\n'
    fold -s -w 96 "$parts/$1.question"
    printf '\nYour guess:\n%s\n\nThe lesson:\n' "$2"
    sed -E 's/!?\[([^]]*)\]\([^)]*\)/\1/g; s/\*\*//g' "$parts/$1.outcome"
}

for ((n = 1; n <= count; n++)); do ask $n; done
guessed=0
for ((n = 1; n <= count; n++)); do
    guess=$(guess_of $n)
    [ -n "$guess" ] || continue
    guessed=$((guessed + 1))
    show $n "$guess"
done
echo
echo "$guessed of $count guessed; $kept keeps the guesses."
[ $guessed = "$count" ] || echo "What you skipped stays hidden, and is asked again the next time."
exit $failed
