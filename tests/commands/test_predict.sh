#!/usr/bin/env bash
# make predict-NN: tests/commands/test_predict.sh BUILD. On a lesson made for it, with a make that only
# says what it was asked for; then all real lessons, as far as nothing has to run.
source "$(dirname "$0")/lib.sh"

cat >"$dir/lesson.md" <<'END'
# A lesson

Not a question.

## One

First this. **Predict:** how much is `2 + 2`,
and who says so?

<details><summary>Outcome</summary>

```console
$ make run-01
...
sum: 4
$ make run-02 ARGS="--image 'a b'"
```

It is [four](../four.md), says **everybody**.

</details>

**Predict:** is there a # in it?

```sh
make train
```

```
# no heading
```

There is.

## Two

Nobody is told this.

**Predict:** and in the end?

```console
$ make run-01
```

Next: [chapter 2](../two/README.md).
END
cat >"$dir/make" <<'END'
#!/bin/sh
echo "asked for: $*"
END
chmod +x "$dir/make"
kept=$dir/kept/01
predict() { # answers, as printf has them
    # shellcheck disable=SC2059
    printf "$1" >"$dir/answers"
    MAKE=$dir/make bash tests/grader/predict.sh "$dir/lesson.md" "$kept" <"$dir/answers" >"$out" 2>"$err"
}
said() { grep -qF -- "$1" "$out"; }
order() { # texts: each stands behind the one before it
    local from=0 line text
    for text; do
        line=$(grep -nF -- "$text" "$out" | cut -d: -f1 | awk -v from="$from" '$1 > from' | head -n 1)
        [ -n "$line" ] || { echo "not there, or too early: $text" >>"$err" && return 1; }
        from=$line
    done
}

predict '\n\n'
[ $? = 0 ] && [ ! -e "$kept" ] && said "0 of 3 guessed" && ! said "asked for" && ! said four && ! said "There is"
result $? "empty answers skip: nothing is kept, run or shown"
predict ''
[ $? = 0 ] && [ ! -e "$kept" ] && said "0 of 3 guessed"
result $? "so does an input that ends"
predict '5,\tsays 100%% of "us" \\ $HOME\n\nno\n'
[ $? = 0 ] && order "Question 1 of 3" "First this. Predict: how much is \`2 + 2\`, and who says so?" "Question 2 of 3" \
    "asked for: --no-print-directory run-01" "asked for: --no-print-directory run-02 ARGS=--image 'a b'" \
    'Your guess:' '5, says 100% of "us" \ $HOME' "The lesson:" "sum: 4" "It is four, says everybody." "2 of 3 guessed"
result $? "guesses, then the experiment's output, then each guess beside what the lesson says"
[ "$(grep -c "^asked for.*run-01" "$out")" = 1 ] && said "see above" && ! said "asked for: --no-print-directory train"
result $? "a command runs once, and only those of console blocks do"
! said "Nothing runs" && ! said "There is" && ! said "Nobody is told" && ! said "Next: " && ! said "<details>"
result $? "an outcome ends at a heading, at the next question and at the way on; what was skipped stays hidden"
[ "$(wc -l <"$kept")" = 2 ] && [ "$(cut -f1 "$kept" | xargs)" = "1 3" ] && [ "$(cut -f3 "$kept" | tail -n 1)" = no ] &&
    cut -f2 "$kept" | grep -qE '^20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{5}$' && [ "$(awk -F'\t' '{ print NF }' "$kept" | sort -u)" = 4 ]
result $? "a line is kept for each guess: number, date, guess, question"
predict 'yes\nnever\n'
[ $? = 0 ] && said "Nothing runs" && said "You guessed: no" && order "# no heading" "There is." "3 of 3 guessed" && [ "$(cut -f1,3 "$kept" | tail -n 1)" = $'2\tyes' ]
result $? "a second time only what was skipped is asked; first guesses stay"
echo 'exit 3' >>"$dir/make"
predict ''
[ $? = 1 ] && said "There is."
result $? "a command that fails is noticed in the end"
sed -i 's/^## One/**Predict:** is this one new?\n\nIt is.\n\n&/' "$dir/lesson.md"
predict ''
said "3 of 4 guessed" && ! said "It is." && order "Question 1 of 4" "Question 2 of 4" "You guessed: 5,"
result $? "a lesson that has one question more: guesses stay with theirs, and the new one is asked"
rm "$kept"
predict 'at the end of the input'
[ "$(cut -f3 "$kept")" = "at the end of the input" ]
result $? "a last line without its end counts"

for lesson in chapters/[0-9]*/README.md; do
    chapter=${lesson#chapters/} asked=$(grep -cF '**Predict:**' "$lesson")
    yes guess | MAKE=true bash tests/grader/predict.sh "$lesson" "$dir/guesses/${chapter%%_*}" >"$out" 2>"$err"
    said "$asked of $asked guessed" || [ "$asked" = 0 ] && ! grep -A1 "^The lesson:" "$out" | grep -q "^$"
    result $? "$lesson: $asked questions"
done
run make -s BUILD="$build" predict-99
[ $? != 0 ] && grep -q "there is no chapter 99" "$err"
result $? "make predict-99: there is no such chapter"
