#!/usr/bin/env bash
# Answers that want points for nothing, or to harm: tests/commands/test_hostile.sh BUILD.
#
# Each section of tests/exercises/hostile.txt, and some folders of another kind, are submissions of a
# class in a copy of the tree. It is graded by the rules with bubblewrap, where that works, and
# without it; and then once more with rules that allow everything, where bubblewrap and the filter of
# system calls hold them alone: these are too dangerous without, so they are left out there.
source "$(dirname "$0")/lib.sh"
export GRADE_LIMIT_SCALE=0.3 # endless loops should not take long

make -s BUILD="$build" grade-parts >"$out" 2>&1 || { result 1 "the grader is built" && exit 1; }
tree=$dir/tree
copy_tree "$tree"
mkdir -p "$tree/build/grade" "$dir/outside"
[ -d "$build/grade/wrong" ] && cp -a "$build/grade/wrong" "$tree/build/grade/"
cd "$tree" || exit 1
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
    lines == 2 && /^open / { sub(/^open /, ""); print name, answer, $0 >(dir "/open"); next }
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
touch -d yesterday "$class"
find "$class" "$dir/outside" solutions tests common build/stubs -printf '%p %s %T@ %l\n' | sort >"$dir/before"

# ---- grading them, in each of the ways ----

# "STATUS PASSED: MESSAGE" of an answer: the JSON has a line for each member.
outcome() { # name, chapter/function
    awk -v function_line="\"function\": \"${2#*/}\"" '
        index($0, function_line) { found = 1 }
        found && sub(/^ *"status": "/, "") { sub(/",$/, ""); status = $0 }
        found && sub(/^ *"message": "/, "") { message = $0 }
        found && sub(/^ *"passed": /, "") { sub(/,$/, ""); print status " " $0 ": " message; exit }
        ' "build/class/$1.json"
}

try_all() { # way, file of expectations
    local name answer expected got points
    rm -rf build/class
    make -s --no-print-directory BUILD=build grade-class DIR="$class" OUT="$dir/class.csv" >"$out" 2>&1
    result $? "$1: the class is graded to its end"
    cp "$out" "$dir/said"
    while read -r name answer expected; do
        got=$(outcome "$name" "$answer")
        points=$(grep "^$name," "$dir/class.csv" | cut -d, -f2)
        echo "$got" >"$out"
        [ "${got%%: *}" = "${expected%%: *}" ] && grep -Eq -- "${expected#*: }" <<<"${got#*: }" && [ "$points" = 0 ]
        result $? "$1: $name is ${expected%%: *} passed, without points"
    done <"$2"
    cp "$dir/class.csv" "$out"
    [ "$(grep -c '^\(--\|0_before\|z_behind\|--csv=oops\),1,134,1,' "$out")" = 4 ] && grep -qF "\"'quoted' \"\"twice\"\"" "$out"
    result $? "$1: honest answers before, between and behind them are done, whatever their names"
    grep -q '^link_to_anothers_folder,,.*it is a link' "$out" && grep -q '^link_to_solutions,,.*leads elsewhere' "$out" &&
        grep -q '^break",,.*rename it' "$out" && [ "$(wc -l <"$out")" = $(($(find "$class" -mindepth 1 -maxdepth 1 | tr -cd '\n' | wc -c) + 1)) ]
    result $? "$1: links and a name with a line break have remarks, and everyone a row"
    find "$class" "$dir/outside" solutions tests common build/stubs -printf '%p %s %T@ %l\n' | sort >"$dir/after"
    [ -z "$(find / -maxdepth 2 -name oops -not -path '/proc/*' 2>/dev/null)" ] && [ ! -e oops ] && diff "$dir/before" "$dir/after" >"$out"
    result $? "$1: nothing is written outside of the grading's folder"
    left=$(for process in /proc/[0-9]*; do
        [[ $(readlink "$process/cwd" 2>/dev/null) == "$tree"* ]] && [ "${process#/proc/}" != $$ ] && [ "${process#/proc/}" != $BASHPID ] &&
            tr '\0' ' ' <"$process/cmdline" && echo
    done)
    echo "$left" >"$out"
    ! grep -q program "$out"
    result $? "$1: no process is left"
}

contained=$(GRADE_SANDBOX='' make -s --no-print-directory BUILD=build grade-class DIR="$dir/nobody" 2>&1)
GRADE_SANDBOX=none try_all "without bubblewrap" "$dir/rules"
grep -q "Not contained" "$dir/said"
result $? "... and what is not contained is said"
