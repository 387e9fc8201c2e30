#!/usr/bin/env bash
# The exercises and their grading: tests/commands/test_grader.sh BUILD. One line a test, TAP.
#
# First the grader's own proof (stubs, solutions, wrong answers, faults); then, in a copy of the
# tree, what a student sees. What stands in exercises/ is never looked at: that is the student's.
source "$(dirname "$0")/lib.sh"
export GRADE_LIMIT_SCALE=0.3 # endless loops should not take long

make -s BUILD="$build" grade-parts >"$out" 2>&1 || { result 1 "the grader is built" && exit 1; }

# ---- the exercises ----

functions= possible=0 # all exercises, and their points
while read -r chapter function points; do
    functions+=${functions:+$'\n'}$chapter/$function
    possible=$((possible + points))
done < <(grep -v '^#' tests/exercises/exercises.txt)
total=$(wc -l <<<"$functions")
find solutions -name '*.c' | sed "s|^solutions/||; s|\.c$||" | sort >"$dir/found"
diff "$dir/found" <(sort <<<"$functions") >"$out"
result $? "solutions/ holds the table's exercises"

make -s BUILD="$build" prove 2>&1 | tee "$out"
[ "${PIPESTATUS[0]}" = 0 ]
result $? "make prove"

# ---- a copy of the tree ----

tree=$dir/tree
copy_tree "$tree" && copy_verdicts "$tree"
cd "$tree" || exit 1

student() { make -s --no-print-directory BUILD=build "$@" >"$out" 2>&1; }
stubs() { rm -rf exercises && cp -r build/stubs exercises; }
said() { grep -qF -- "$1" "$out"; }
row() { grep "^$1 " "$out"; }
status_of() { row "$1" | cut -c54-69 | sed 's/ *$//'; }
count_rows() { grep -c "^[0-9][0-9]_[a-z_]*/.* $1  " "$out"; }

stubs
student check
[ $? = 0 ] && [ "$(count_rows "to do")" = "$total" ] && said "Next: line_gradient in" &&
    said chapters/00_first_steps/README.md && said "0 of $possible"
result $? "a fresh clone: all to do, exit status 0, the first exercise and its lesson named"
[ "$(grep -c '"status": "to do"' build/grade.json)" = "$total" ]
result $? "build/grade.json has every exercise as to do"

cp -r solutions/* exercises/
student check
[ $? = 0 ] && [ "$(count_rows done)" = "$total" ] && said "$possible of $possible" && said "All $total functions"
result $? "solutions copied over exercises: all done, full points, exit status 0"

# Wrong answers to every other exercise, and then to the rest: these alone fall short.
first_wrong() { for one in build/mistakes/"${1#*/}"/*.c; do echo "$one" && return; done; }
diagnosis_of() { sed -n '1s|^/\* Diagnosis: \(.*\) \*/$|\1|p' "$1"; } # file
for parity in 0 1; do
    cp -r solutions/* exercises/
    number=0
    for function in $functions; do
        [ $((number++ % 2)) = $parity ] && cp "$(first_wrong "$function")" "exercises/$function.c"
    done
    student check
    [ $? != 0 ]
    good=$?
    number=0
    for function in $functions; do
        if [ $((number++ % 2)) = $parity ]; then
            [ "$(status_of "$function")" != "done" ] || good=1
            diagnosis=$(diagnosis_of "$(first_wrong "$function")")
            grep -qF -- "$diagnosis" build/grade.json ||
                { good=1 && echo "$function: no diagnosis: $diagnosis" >>"$out"; }
        else
            [ "$(status_of "$function")" = "done" ] || good=1
        fi
    done
    result $good "wrong answers to every other exercise ($parity): these alone fall short"
done

# ---- a student's way: six exercises at a time, each with one fault of four, then right ----

broken() { # function, statement: the solution with the statement first in its body
    awk -v name="${1#*/}(" -v statement="$2" '
        { print }
        !found && /^[A-Za-z]/ && !/^static/ && index($0, name) { found = 1 }
        found == 1 && /\{$/ { print statement; found = 2 }' "solutions/$1.c"
}
states=("to do" "does not compile" crashed "timed out" wrong "done")
write_state() { # function, state
    case $2 in
    0) cp "build/stubs/$1.c" "exercises/$1.c" ;;
    1) { cat "solutions/$1.c" && echo "int forgotten = ;"; } >"exercises/$1.c" ;;
    2) broken "$1" "volatile int *volatile nothing = 0; *nothing = 1;" >"exercises/$1.c" ;;
    3) broken "$1" "for (volatile int forever = 1; forever;) {}" >"exercises/$1.c" ;;
    4) cp "$(first_wrong "$1")" "exercises/$1.c" ;;
    5) cp "solutions/$1.c" "exercises/$1.c" ;;
    esac
}
is_right() { # expected state, got
    case $1 in
    4) [[ $2 == wrong || $2 == crashed || $2 == "timed out" ]] ;;
    *) [ "$2" = "${states[$1]}" ] ;;
    esac
}

# The state of an exercise in a round: that of a stub, a broken answer, the solution.
state_of() { # exercise's number, from 0
    case $((round - $1 / 6)) in
    -* | 0) echo 0 ;;
    1) echo $((1 + $1 % 4)) ;;
    *) echo 5 ;;
    esac
}

stubs
last=$(((total - 1) / 6 + 2))
for ((round = 1; round <= last; round++)); do
    number=0 short=0 next= wanted=()
    for function in $functions; do
        state=$(state_of $((number++)))
        wanted+=("$state")
        write_state "$function" "$state"
        [ "$state" -gt 0 ] && [ "$state" -lt 5 ] && short=1
        [ "$state" -lt 5 ] && [ -z "$next" ] && next=$function
    done
    student check
    [ $(($? != 0)) = $short ]
    good=$?
    number=0
    for function in $functions; do
        state=${wanted[number++]}
        is_right "$state" "$(status_of "$function")" ||
            { good=1 && echo "$function should be ${states[$state]}" >>"$out"; }
    done
    said "${next:+Next: ${next#*/} in}" || good=1
    result $good "a student's way, round $round of $last"
done

# ---- what a student is told ----

stubs
cp solutions/00_first_steps/*.c exercises/00_first_steps/ # what is said is of the first to do
one=exercises/01_padding/pad_forward_loops.c
write_state 01_padding/pad_forward_loops 1
student check
said "$one:" && said "error: expected expression"
result $? "a compiler error is shown with file and line"
write_state 01_padding/pad_forward_loops 2
student check
said "NULL pointer" && grep -q "at $one:[0-9]" "$out"
result $? "a crash is told with its line"
rm $one
student check
[ $? = 0 ] && [ "$(status_of 01_padding/pad_forward_loops)" = "to do" ] && said "is missing"
result $? "a missing file is to do, and said to be missing"
student reset-01
cmp -s $one build/stubs/01_padding/pad_forward_loops.c || YES=1 student reset-01
cmp -s $one build/stubs/01_padding/pad_forward_loops.c
result $? "make reset-01 brings it back"

cp solutions/01_padding/custom_padding.c exercises/01_padding/
cp build/mistakes/pad_forward_loops/not_moved.c $one
student check-01 PICTURES=1 TAP=1 XML=1
[ $? != 0 ] && said "by_hand: " && said "passed     kernel_7" && said "This looks like: " &&
    ! said 02_custom_conv && [ -s build/grade/pictures/pad_forward_loops-by_hand.png ] &&
    grep -q "^not ok 1" build/grade/pad_forward_loops.tap && grep -q "<test" build/grade/custom_padding.xml
result $? "make check-01 names every test, draws pictures and leaves TAP and XML"
cp "$out" "$dir/check-01"
student check-1
table() { grep -v '^picture: \|^make: ' "$1"; } # as PICTURES=1 or not
diff <(table "$out") <(table "$dir/check-01") >"$err"
result $? "make check-1 is make check-01"
good=0
for command in check hint diff reset; do
    student $command-99
    [ $? != 0 ] && said "chapter 99 has no exercise" || good=1
done
result $good "a chapter without exercises is refused, by check, hint, diff and reset"
student check-03
[ $? = 0 ] && [ "$(grep -c '^  to do ' "$out")" -gt 30 ] && said "to do      statistics_by_hand: training: mean and variance"
result $? "make check-03 names the tests of what is still to do"
cp tests/exercises/faults/custom_padding/library_refuses.c exercises/01_padding/custom_padding.c
student check-01
said "The library stopped it: error: " && ! said "it printed:" && grep -q '"kind": "refused"' build/grade.json
result $? "what the library refuses is told, once"
cp solutions/01_padding/custom_padding.c exercises/01_padding/

sed 's/double sum = 0;/double sum;/' solutions/02_custom_conv/conv2d_forward_loops.c >exercises/02_custom_conv/conv2d_forward_loops.c
student check-02
[ $? != 0 ] && ! cmp -s {solutions,exercises}/02_custom_conv/conv2d_forward_loops.c && ! said "This looks like"
result $? "a sum without a start, infinite on most compilers, looks like no known mistake"
cp $one "$dir/not_moved.c" && cp solutions/01_padding/pad_forward_loops.c $one
student check
said "The compiler warns:" && said "uninitialized"
result $? "make check shows the compiler's warnings, too"
cp "$dir/not_moved.c" $one
cp build/stubs/02_custom_conv/conv2d_forward_loops.c exercises/02_custom_conv/
sed 's/size_t i = 0; i < count; i++/size_t i = count - 1; i >= 0; i--/' solutions/03_pre_activation/relu_forward_loops.c >exercises/03_pre_activation/relu_forward_loops.c
student check-03
said "The compiler warns:" && said "always true"
result $? "... and that a size_t is never below 0"
cp build/stubs/03_pre_activation/relu_forward_loops.c exercises/03_pre_activation/
for number in 1 2 3; do
    make -s --no-print-directory BUILD=build check >"$dir/at_once_$number" 2>&1 &
done
wait
diff "$dir/at_once_1" "$dir/at_once_2" >"$out" && diff "$dir/at_once_2" "$dir/at_once_3" >>"$out" && grep -q "^01_padding/custom_padding  *done" "$dir/at_once_1"
result $? "three gradings at once say the same"
exec 9>build/grade.lock && flock 9
make -s --no-print-directory BUILD=build check >"$dir/waits" 2>&1 9>&- &
sleep 3
[ ! -s "$dir/waits" ]
waited=$?
exec 9>&-
wait
[ $waited = 0 ] && diff "$dir/waits" "$dir/at_once_1" >"$out"
result $? "... for each waits until another has ended"

good=0
for number in 1 2 3 3; do
    student hint-1
    said "Hint $number of 3 for pad_forward_loops" && said "Hint 1 of 3" &&
        [ "$(grep -c '^Hint' "$out")" = "$number" ] || good=1
done
said "make diff-01" || good=1
result $good "make hint-1: one hint more each call below those before, and then the way to the solution"
student hint-01 EXERCISE=custom_padding && said "Hint 1 of 3 for custom_padding"
result $? "make hint-01 EXERCISE=function"
student diff-01
[ $? = 0 ] && grep -q "to = to .*|.*to = to" "$out" && ! said pad_after && ! said "Step by step"
result $? "make diff-01 shows the current function's file beside the solution"
COLUMNS=80 student diff-1
[ $? = 0 ] && said "+++ solutions/01_padding/pad_forward_loops.c" && [ "$(awk '{ print length }' "$out" | sort -n | tail -1)" -le 101 ]
result $? "... and where 80 columns are all, as a patch"

student reset-01 </dev/null
[ $? != 0 ] && grep -q Diagnosis $one
result $? "make reset-01 changes nothing without a yes"
student reset-01 YES=1 EXERCISE=pad_forward_loops && cmp -s $one build/stubs/01_padding/pad_forward_loops.c &&
    grep -q Diagnosis $one.bak-* && cmp -s exercises/01_padding/custom_padding.c solutions/01_padding/custom_padding.c
result $? "make reset-01 YES=1 EXERCISE=function resets that one and keeps a backup"
student reset-01 YES=1 && student reset-01 YES=1 && said "Nothing to reset"
result $? "make reset-01 twice: nothing left to reset"
rm -r exercises && cp -r solutions exercises && rm $one
student reset-all YES=1 && diff -r --exclude='*.bak-*' build/stubs exercises >"$out"
result $? "make reset-all YES=1 writes all stubs anew"

stubs
{
    echo '#include <stdlib.h>'
    echo 'static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }'
    broken 03_pre_activation/relu_forward_loops "int many[999] = {3, 1}; qsort(many, 999, sizeof *many, by_value);"
} >exercises/03_pre_activation/relu_forward_loops.c
student check-03
[ $? = 0 ] && [ "$(status_of 03_pre_activation/relu_forward_loops)" = "done" ]
result $? "an answer may use qsort(), which asks the system for the size of memory"

# ---- what no list of mistakes has ----

edited() { # function, sed script: the solution, changed
    sed "$2" "solutions/$1.c" >"exercises/$1.c"
    ! cmp -s "solutions/$1.c" "exercises/$1.c"
}
stubs
edited 08_training/learning_rate_at "s|((float)step - warmup_steps) / (|(step - (int)warmup_steps) / (int)(|; s|(float)step / (float)total|step / total|"
student check-08
[ $? != 0 ] && said "This looks like:" && said "And like:" && said "(test "
result $? "two known mistakes at once are told, each with its tests"
told() { grep -qF -- "$1" build/grade.json; } # messages are there in one piece
edited 06_bottleneck/bottleneck_block "s|custom_conv2d(model, pre_activated3,|custom_conv2d(model, relu(conv2),|"
student check-06
told "the first wrong values are those of bottleneck_block0/conv2d_2: it reads the ReLU of bottleneck_block0/conv2d_1, and should read the ReLU of bottleneck_block0/batch_normalization_2."
result $? "the first operation that reads the wrong tensor is named"
edited 06_bottleneck/bottleneck_block "s|4 \* filters, 1, 1, NULL|4 * filters, 1, 1, \"last\"|"
student check-06
told "There is no operation named bottleneck_block0/conv2d_2, which should read the ReLU of bottleneck_block0/batch_normalization_2. What reads that is bottleneck_block0/last."
result $? "an operation of another name is named"
edited 07_full_model/model_layers "s|, is_training, i);|, is_training, i + 3);|"
student check-07
told "There is no operation named block_layer0/regular_block0/batch_normalization" && told "There is block_layer3/regular_block0/batch_normalization instead: look at the scopes and their numbers."
result $? "a scope of another number is named, in few words"
gradients() { # sed script for conv2d_backward_kernel_loops, words that are told
    edited 02_custom_conv/conv2d_backward_kernel_loops "$1" && student check-02
    told "$2"
}
gradients "s|size_t tap = ((size_t)(r . size + s) . channels + c) . filters + k;|size_t tap = (((size_t)c * size + r) * size + s) * filters + k;|" \
    "the values are right, but lie in memory as (c, r, s, k) instead of (r, s, c, k)"
result $? "values that lie in another order are told as that"
gradients "s|d_outputs\[out\];|d_outputs[out] / shape->out_width;|" "every value is 0.5 times the expected one"
result $? "... and a factor"
cp build/stubs/02_custom_conv/*.c exercises/02_custom_conv/
edited 01_padding/pad_forward_loops "s|outputs\[i\] = 0|((char *)outputs)[i] = 0|"
student check-01
told "only the first quarter of the array is set: memset() counts bytes"
result $? "bytes that were counted as values are told"
edited 12_regularization/early_stopping_update "s|    if (improved) {|    stopping->best_epoch = epoch;\n&|"
student check-12
told "best_epoch after epoch 2, loss 0.6, is 2, expected 1."
result $? "whole numbers are no multiples of others"
edited 03_pre_activation/batch_norm_backward_loops "s|sum += d_outputs\[at\];|sum += (c == 0 ? 1 : 2) * d_outputs[at];|"
student check-03
told "c=0 is right, all further c are wrong: is something (a sum, say) not set back for each c"
result $? "what is right at the first index alone is told as that"

cp solutions/01_padding/pad_forward_loops.c exercises/01_padding/
printf 'static int unused; /* Z\344hler */\n' >>exercises/01_padding/pad_forward_loops.c
student check-01
[ "$(status_of 01_padding/pad_forward_loops)" = "done" ] && said "Z?hler"
result $? "a warning about a line that is not UTF-8"
printf 'int forgotten = /* Z\344hler */;\n' >>exercises/01_padding/pad_forward_loops.c
student check-01
[ "$(status_of 01_padding/pad_forward_loops)" = "does not compile" ] && said "Z?hler"
result $? "... and an error"
student check-011
[ $? != 0 ] && said "chapter 011 has no exercises"
result $? "a chapter that is not there"

# ---- a list of mistakes that no longer fits ----

list=tests/exercises/mistakes/custom_padding.txt
cp $list "$dir/list"
sed -i 's|^-    int pad_before = pad_total / 2;|&  // once|' $list
student prove EXERCISE=custom_padding
[ $? != 0 ] && said "custom_padding/before_after_swapped: fits the solution" && said "$list" &&
    [ "$(grep -c '^not ok' "$out")" = 3 ] && said "custom_padding: has 3 hints"
result $? "make prove names the mistakes that no longer fit, and goes on"
cp "$dir/list" $list

# ---- the chapters' programs ----

stubs
broken 01_padding/custom_padding 'fputs("mine ", stderr);' |
    sed '1i #include <stdio.h>' >exercises/01_padding/custom_padding.c
cp build/mistakes/pad_forward_loops/not_moved.c $one
student run-1 KERNELS=mine ARGS="--out $dir/pictures"
said "1 of 2 functions of chapter 1 that this program calls are yours" && said "mine " && ! said "up to date" &&
    said "fall short: pad_forward_loops (wrong)." && said "to later chapters: conv2d_forward_loops"
result $? "make run-01 KERNELS=mine runs the student's passing functions, and says which are not, and why"
student run-01 ARGS="--out $dir/pictures"
said "custom_padding, the only function of chapter 1 that this program calls, is yours" && ! said pad_forward_loops
result $? "make run-01 counts no loops that are not called"
student run-01 SOURCE=solutions ARGS="--out $dir/pictures"
[ $? = 0 ] && ! said "mine " && ! said "yours" && said "All functions are those of solutions/"
result $? "make run-01 SOURCE=solutions uses no exercise, and says so"
sed -i 's/    int pad_total = kernel_size - 1;/    int pad_total = kernel_size;/' exercises/01_padding/custom_padding.c
student run-01 ARGS="--out $dir/pictures"
[ $? = 0 ] && said "0 of 1 functions of chapter 1" && ! said "mine "
result $? "... and not a function that no longer passes"
stubs
broken 02_custom_conv/conv2d_forward_loops 'static int said; if (!said++) fputs("my loops ", stderr);' |
    sed '1i #include <stdio.h>' >exercises/02_custom_conv/conv2d_forward_loops.c
student run-08 KERNELS=mine ARGS="--limit 16 --limit-test 16 --batch 8 --resize 8 --epochs 1 --out $dir/trained"
[ $? = 0 ] && grep -q "^1 of [0-9]* functions of chapters 1 to 8 that" "$out" && said "my loops"
result $? "make run-08 KERNELS=mine trains on the student's loops"
stubs
cp solutions/15_backpropagation/backward_walk.c exercises/15_backpropagation/backward_walk.c
sed -i '1i #include <stdio.h>' exercises/15_backpropagation/backward_walk.c
sed -i 's/^void backward_walk.*{$/&\n    fputs("my walk ", stderr);/' exercises/15_backpropagation/backward_walk.c
student run-08 GRAPH=mine ARGS="--limit 16 --limit-test 16 --batch 8 --resize 8 --epochs 1 --out $dir/walked"
[ $? = 0 ] && said "my walk"
result $? "make run-08 GRAPH=mine goes backward by the student's walk"
student run-01 GRAPH=mine ARGS="--out $dir/pictures"
[ $? = 0 ] && said "no --backward to choose"
result $? "make run-01 GRAPH=mine says that there is nothing to choose"
student run-02 KERNELS=mine ARGS="--help"
[ $? = 0 ] && said "0 of 7 functions" && said "no --kernels to choose"
result $? "make run-02 says that it has no --kernels to choose"
broken 01_padding/pad_forward_loops 'static int said; if (!said++) fputs("my loops ", stderr);' |
    sed '1i #include <stdio.h>' >$one
student run-01 ARGS="--out $dir/pictures" && ! said "my loops" &&
    student run-01 KERNELS=mine ARGS="--out $dir/pictures" && said "my loops"
result $? "make run-01 KERNELS=mine pads with the student's loops, from chapter 1 on"
cp -r solutions/0[1-8]* exercises/
student run-04 ARGS="--out $dir/pictures"
[ $? = 0 ] && grep -q "^All [0-9]* functions of chapters 1 to 4 that this program calls are yours" "$out" && ! said "up to date" && ! said error
result $? "make run-04: all functions that it uses are the student's, though other chapters are to do"

# ---- watching, and a class ----

if command -v entr >/dev/null; then
    stubs
    setsid make -s --no-print-directory BUILD=build watch >"$out" 2>&1 &
    watcher=$!
    for ((i = 0; i < 300; i++)); do said "Next: line_gradient" && break || sleep 0.1; done
    sleep 0.5
    cp solutions/00_first_steps/line_gradient.c exercises/00_first_steps/
    for ((i = 0; i < 300; i++)); do said "Next: gradient_descent_step" && break || sleep 0.1; done
    said "Next: gradient_descent_step in"
    result $? "make watch grades again on a save"
    kill -- -$watcher
    wait $watcher 2>/dev/null
fi

mkdir -p "$dir/class/anna" "$dir/class/bob, jr/homework" "$dir/class/nobody"
cp -r solutions "$dir/class/anna/exercises"
cp -r build/stubs "$dir/class/bob, jr/homework/exercises"
cp tests/exercises/faults/pad_forward_loops/recursion.c "$dir/class/bob, jr/homework/exercises/01_padding/pad_forward_loops.c"
# Guesses: three that count; one guessed twice, an empty one, one whose number has moved, a question that is
# not there, half a line, a link.
mkdir -p "$dir/class/anna/build/predictions" "$dir/class/bob, jr/homework/build"
guesses=$dir/class/anna/build/predictions
echo yes | MAKE=true bash tests/grader/predict.sh chapters/01_padding/README.md "$guesses/01" >/dev/null
cat "$guesses/01" "$guesses/01" >"$guesses/twice" && mv "$guesses/twice" "$guesses/01"
printf 'a, b\nno\nc\n' | MAKE=true bash tests/grader/predict.sh chapters/07_full_model/README.md "$guesses/07" >/dev/null
sed -i 's/\tno\t/\t\t/; s/^3\t/9\t/' "$guesses/07"
printf '\n1\tdate\n4\tdate\tx\tnot asked\n3\tdate\tlast' >>"$guesses/07"
ln -s 07 "$dir/class/anna/build/predictions/14"
ln -s "$dir/class/anna/build/predictions" "$dir/class/bob, jr/homework/build/predictions"
asked=$(cat chapters/*/README.md | grep -cF '**Predict:**')
find exercises -type f -exec md5sum {} + >"$dir/before"
student grade-class DIR="$dir/class" OUT="$dir/class.csv"
[ $? = 0 ] && cp "$dir/class.csv" "$out" && grep -q "^anna,$possible,$possible,$total,2,done," "$out" &&
    grep -q '^"bob, jr",0,'"$possible"',0,0,to do,0,to do,0,crashed,0,to do,' "$out" && grep -q '^nobody,.*no exercises folder' "$out" &&
    [ "$(wc -l <"$out")" = 4 ] && [ "$(awk -F, 'NR == 1 { print NF }' "$out")" = $((7 + 2 * total)) ]
result $? "make grade-class: a row for each submission"
grep -q ",predictions,questions,remark$" "$out" && grep -q "^anna.*,done,3,$asked,$" "$out" && grep -q "^\"bob.*,to do,0,$asked,$" "$out"
result $? "... and how many predictions are guessed"
md5sum --quiet -c "$dir/before" >"$out" 2>&1
result $? "... and the teacher's own exercises untouched"
student grade-class
[ $? != 0 ] && said "DIR=folder"
result $? "make grade-class wants DIR=folder"

mkdir -p "$dir/class/<eve> & 100%/exercises/01_padding"
cp build/mistakes/pad_forward_loops/not_moved.c "$dir/class/<eve> & 100%/exercises/01_padding/pad_forward_loops.c"
student class-report DIR="$dir/class" OUT="$dir/report.html"
[ $? = 0 ] && cp "$dir/report.html" "$out" && said '&lt;eve&gt; &amp; 100%</a>' && ! said "<eve>" &&
    said '<a href="report/%3Ceve%3E%20%26%20100%25.html">' && said "there is no exercises folder" &&
    said ">predictions<" && grep -q "anna.*<td>$possible</td><td>$total</td><td>3 of $asked</td>" "$out" &&
    said "$(diagnosis_of build/mistakes/pad_forward_loops/not_moved.c) (1 of 2)" && [ "$(grep -c "^<tr><th scope" "$out")" = 4 ]
result $? "make class-report: a table of students, the commonest diagnosis of each exercise, predictions"
cp "$dir/report/<eve> & 100%.html" "$out" && said "This looks like: $(diagnosis_of build/mistakes/pad_forward_loops/not_moved.c)" &&
    said "chapters/01_padding/README.md" && [ "$(find "$dir/report" -name '*.html' | wc -l)" = 3 ]
result $? "... and a page for each student that was graded"
student class-report DIR="$dir/class" OUT="$dir/report.txt"
[ $? != 0 ] && said ".html"
result $? "... whose name must end with .html"
student class-report DIR="$dir/nowhere" OUT="$dir/nothing.html"
[ $? != 0 ] && said "$dir/nowhere: there is no such folder" && [ ! -e "$dir/nothing" ]
result $? "... and leaves no folder for pages if there is none of submissions"
