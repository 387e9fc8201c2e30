#!/usr/bin/env bash
# Answers that want points for nothing, or to harm: tests/commands/test_hostile.sh BUILD.
#
# Each section of tests/exercises/hostile.txt, and some folders of another kind, are submissions of a
# class. It is graded in three ways at once: "contained", by the rules and in bubblewrap; "bare",
# without bubblewrap, those that the rules alone do not refuse; "open", with rules that allow
# everything, where bubblewrap and the filter of system calls alone hold them. Where bubblewrap may not
# be used, the last is left out: it would be too dangerous.
source "$(dirname "$0")/lib.sh"
export GRADE_LIMIT_SCALE=0.3 # endless loops should not take long

make -s BUILD="$build" grade-parts >"$out" 2>&1 || { result 1 "the grader is built" && exit 1; }
tree=$dir/tree
copy_tree "$tree" && copy_verdicts "$tree"
mkdir "$dir/outside"
cd "$tree" || exit 1 # for paths
list=tests/exercises/hostile.txt class=$dir/class usual=03_pre_activation/relu_forward_loops

# ---- the submissions ----

# Each section's answer in $class/NAME/exercises, and its expectations in $dir/rules, $dir/open:
# "NAME FUNCTION STATUS PASSED: TEXT".
awk -v class="$class" -v dir="$dir" -v usual=$usual '
    function text(line) { gsub(/@/, dir "/outside", line); return line }
    /^## / {
        name = $2; answer = NF > 2 ? $3 : usual; lines = 0
        file = class "/" name "/exercises/" answer ".c"
        folder = file; sub(/\/[^\/]*$/, "", folder)
        system("mkdir -p " folder)
        if (answer == usual)
            print "#include \"pieces/loops.h\"\n" \
                "#define ANSWER void relu_forward_loops(size_t count, const float *inputs, float *outputs)" >file
        next
    }
    name == "" { next }
    ++lines == 1 { print name, answer, $0 >(dir "/rules"); next }
    lines == 2 && /^open / { sub(/^open /, ""); print name, answer, $0 >(dir "/open.rules"); next }
    { print text($0) >file }' $list

honest() { # name
    mkdir -p "$class/$1/exercises/03_pre_activation"
    cp solutions/$usual.c "$class/$1/exercises/$usual.c"
}
honest -- && honest 0_before && honest z_behind
odd=$'line\nbreak' quoted="'quoted' \"twice\" \$(touch oops) \`touch oops\`; touch oops"
honest "$odd" && honest "$quoted" && honest --csv=oops

answer_is() { # name, "status passed: text", command: makes the answer, its path behind it
    local name=$1 expected=$2
    shift 2
    mkdir -p "$class/$name/exercises/03_pre_activation"
    "$@" "$class/$name/exercises/$usual.c"
    echo "$name $usual $expected" >>"$dir/rules"
}
plain="does not compile 0: no plain file"
huge() { { cat solutions/$usual.c && head -c 2000000 /dev/zero | tr '\0' '\n'; } >"$1"; }
zeros() { head -c 100000 /dev/zero >"$1"; }
beside() { # a header of its own folder that leads out of it
    echo '#include "own.h"' >"$1"
    ln -s "$tree/solutions/$usual.c" "${1%/*}/own.h"
}
linked_chapter() { rm -r "${1%/*}" && ln -s "$tree/solutions/03_pre_activation" "${1%/*}"; }
answer_is link_to_the_solution "$plain" ln -s "$tree/solutions/$usual.c"
answer_is link_to_anothers "$plain" ln -s ../../../0_before/exercises/$usual.c
answer_is link_to_zeros "$plain" ln -s /dev/zero
answer_is link_to_itself "to do 0: is missing" ln -s relu_forward_loops.c
answer_is pipe "$plain" mkfifo
answer_is folder "$plain" mkdir
answer_is huge_file_of_blank_lines "does not compile 0: larger than a megabyte" huge
answer_is chapter_that_is_a_link "$plain" linked_chapter
answer_is header_that_is_a_link "does not compile 0: No such file|includes" beside
answer_is zeros_for_text "does not compile 0: does not define" zeros
ln -s 0_before "$class/link_to_anothers_folder"
mkdir "$class/link_to_solutions" && ln -s "$tree/solutions" "$class/link_to_solutions/exercises"

# ---- grading them, in each of the ways ----

way_tree() { # way: a tree of its own, with what was built
    mkdir -p "$dir/$1/build/grade"
    ln -s "$tree"/{Makefile,chapters,common,datasets,exercises,solutions} "$dir/$1/"
    ln -s "$tree"/build/{obj,*.a,grader,stubs,mistakes} "$dir/$1/build/"
    cp -a "$tree/build/grade/." "$dir/$1/build/grade"
    cp -a "$tree/tests" "$dir/$1/tests"
}
selection() { # class, file of expectations: the class's folder with those submissions alone
    local name
    mkdir -p "$1"
    cut -d' ' -f1 "$2" | while read -r name; do cp -a "$class/$name" "$1/"; done
}
grade() { # way, class
    make -s --no-print-directory -C "$dir/$1" BUILD=build grade-class DIR="$2" OUT="$dir/$1.csv" >"$dir/$1.said" 2>&1
    echo $? >"$dir/$1.status"
}
state() { find "$class" "$dir/outside" "$tree" -printf '%p %s %T@ %l\n' | sort; }

way_tree contained && way_tree bare && way_tree open
grep -v ': \(uses\|also defines\|section\|assembly\)' "$dir/rules" >"$dir/bare.rules"
selection "$dir/bare.class" "$dir/bare.rules"
cp -a "$class/0_before" "$dir/bare.class/"
selection "$dir/open.class" "$dir/open.rules"
mkdir "$dir/nobody"
{
    sed '/^[a-z]/d' "$tree/tests/exercises/rules.txt"
    printf '%s\n' 'includes *' 'sections *' 'calls *'
} >"$dir/open/tests/exercises/rules.txt"
cp -a "$class/0_before" "$dir/nobody/"
grade contained "$dir/nobody" # whether bubblewrap works here
sandbox=$(grep -c 'in bubblewrap' "$dir/contained.said")
state >"$dir/before"
grade contained "$class" &
GRADE_SANDBOX=none grade bare "$dir/bare.class" &
if [ "$sandbox" = 1 ]; then grade open "$dir/open.class" & fi
wait

# "STATUS PASSED: MESSAGE" of an answer: the JSON has a line for each member.
outcome() { # way, name, chapter/function
    awk -v function_line="\"function\": \"${3#*/}\"" '
        index($0, function_line) { found = 1 }
        found && sub(/^ *"status": "/, "") { sub(/",$/, ""); status = $0 }
        found && sub(/^ *"message": "/, "") { message = $0 }
        found && sub(/^ *"passed": /, "") { sub(/,$/, ""); print status " " $0 ": " message; exit }
        ' "$dir/$1/build/class/$2.json"
}

results() { # way, file of expectations
    local name answer expected got
    cp "$dir/$1.said" "$out"
    : >"$err"
    [ "$(cat "$dir/$1.status")" = 0 ]
    result $? "$1: the class is graded to its end"
    while read -r name answer expected; do
        got=$(outcome "$1" "$name" "$answer" 2>&1)
        { echo "$got" && grep "^$name," "$dir/$1.csv"; } | cut -c1-300 >"$out"
        [ "${got%%: *}" = "${expected%%: *}" ] && grep -Eq -- "${expected#*: }" <<<"${got#*: }" && grep -q "^$name,0," "$out"
        result $? "$1: $name is ${expected%%: *} passed, without points"
    done <"$2"
}

results contained "$dir/rules"
cut -c1-100 "$dir/contained.csv" >"$out"
[ "$(grep -cE '^(--|0_before|z_behind|--csv=oops),1,' "$out")" = 4 ] && grep -q "^\"'quoted' \"\"twice\"\".*,1,[0-9]*,1," "$out"
result $? "honest answers before, between and behind them are done, whatever their names"
sed 's/,,*/,,/g' "$dir/contained.csv" >"$out"
grep -q '^link_to_anothers_folder,,.*it is a link' "$out" && grep -q '^link_to_solutions,,.*leads elsewhere' "$out" &&
    grep -q '^break",,.*rename it' "$out"
result $? "links and a name with a line break have remarks"
results bare "$dir/bare.rules"
grep -q '^0_before,1,' "$dir/bare.csv" && grep -q "Not contained" "$dir/bare.said"
result $? "bare: the honest answer is done, and what is not contained is said"
[ "$sandbox" = 1 ] && results open "$dir/open.rules"

state | diff "$dir/before" - >"$out"
[ ! -s "$out" ] && [ -z "$(find "$dir" -name oops)" ] && [ ! -e /oops ]
result $? "nothing is written outside of the grading's folders"
for process in /proc/[0-9]*; do
    [[ $(readlink "$process/cwd" 2>/dev/null) == "$dir"* ]] && tr '\0' ' ' <"$process/cmdline"
done 2>/dev/null >"$out"
! grep -q 'program\|bwrap\|sleep' "$out"
result $? "no process is left"
