#!/usr/bin/env bash
# Chapter 9's program: tests/commands/test_degradation.sh BUILD.
source "$(dirname "$0")/lib.sh"

degrade() { # options...
    run "$build/chapters/09_degradation" "$@"
}

# 8 steps of 16 tiny images, two epochs.
tiny() {
    degrade --limit 64 --limit-test 48 --batch 16 --resize 8 --epochs 2 "$@"
}

# ---- options ----

check "--help" degrade --help
check "help names what is its own" all says --layers --plain --residual --short \
    --untrained --seed --threads
fails "--layers 18 has no CIFAR form" "--layers: '18'" -- degrade --layers 18
fails "--epochs 0" "--epochs: '0'" -- degrade --epochs 0
fails "--plain with --residual" "--plain and --residual together" -- degrade --plain --residual
fails "--resume of four networks" "--resume goes on with one network" -- degrade --resume none
fails "--plot without a training" "$dir/none: holds no training" -- degrade --plot --out "$dir/none"
fails "--data that is missing" "$dir/nowhere" -- degrade --data "$dir/nowhere" --out "$dir/none"

mkdir -p "$dir/taken/resnet56/log.csv"
fails "a folder in the way is found at once" "$dir/taken/resnet56/log.csv" -- degrade \
    --limit 64 --limit-test 48 --batch 16 --resize 8 --out "$dir/taken"
check "... and nothing was trained" [ ! -e "$dir/taken/plain20/log.csv" ]

# ---- four networks ----

check "four networks are trained" tiny --seed 3 --threads 1 --out "$dir/four"
cp "$out" "$dir/four.out"
# The shortcuts of a residual network have three projections: 272 + 544 + 2112 parameters.
check "their parameters" all says "^plain20: 270122 " "^resnet20: 273050 " "^plain56: 854762 " \
    "^resnet56: 857690 "
check "their pictures" all has_picture "$dir/four/errors.png" "$dir/four/gradients.png" \
    "$dir/four/kernels.png" "$dir/four/branches.png"

# The table's errors are 100 % minus the accuracies of each log's last row.
errors_are_the_logs() {
    local name
    for name in plain20 resnet20 plain56 resnet56; do
        local row
        row=$(tail -n 1 "$dir/four/$name/log.csv" |
            awk -F, -v name=$name '{ printf "^ +%s +2 +%.2f %% +%.2f %%$", name,
                100 * (1 - $6), 100 * (1 - $8) }')
        says "$row" || return 1
    done
}
check "the errors are those of the logs" errors_are_the_logs

# From "Norm of ..." on, the table's rows: one for each of the 27 blocks.
blocks_of() { # first words of the heading
    awk -v words="$1" 'index($0, words) == 1 { on = 1 } on && $1 ~ /^[0-9]+$/ { print }
        on && /^picture/ { exit }' "$out"
}
check "a row a block" [ "$(blocks_of 'Norm of the gradient' | wc -l)" = 27 ]
check "a row a residual branch" [ "$(blocks_of 'Norm of each residual' | wc -l)" = 27 ]

tiny --seed 3 --threads 2 --out "$dir/again"
numbers_of() { # output: the tables, without the pictures' paths
    sed -n '/^Errors/,$p' "$1" | grep -v '^picture'
}
check "two threads give the same numbers" cmp -s <(numbers_of "$out") \
    <(numbers_of "$dir/four.out")

cp "$dir/four/plain56/log.csv" "$dir/log.csv"
check "--plot measures what lies there" tiny --seed 3 --plot --out "$dir/four"
check "... the same, and trains nothing" cmp -s <(sed -n '/^Errors/,$p' "$dir/four.out") "$out"
check "... and leaves the logs alone" cmp -s "$dir/log.csv" "$dir/four/plain56/log.csv"

check "--untrained trains nothing" tiny --seed 3 --untrained --out "$dir/untrained"
check "... and measures what is there before" awk '
    FNR == 1 { file++; at = 0 }
    $1 !~ /^[0-9]+$/ { next }
    file == 1 { new[++count] = $0; next }
    { split(new[++at], value); for (i = 2; i <= NF; i += 2) if ($i != value[i / 2 + 1]) bad = 1 }
    END { exit bad || count != 81 || at != 81 }' "$out" <(sed -n '/^Errors/,$p' "$dir/four.out")
check "... no log, no checkpoint" \
    [ -z "$(find "$dir/untrained" -name log.csv -o -name '*.safetensors')" ]

# ---- one network ----

check "a single network" tiny --layers 32 --plain --out "$dir/one"
check "... is the only one" [ "$(ls "$dir/one")" = "errors.png
gradients.png
kernels.png
plain32" ]
check "... and goes on" tiny --layers 32 --plain --epochs 3 --out "$dir/one" \
    --resume "$dir/one/plain32/model.safetensors"
check "... to its third epoch" says '^ +plain32 +3 '

chapter_8=(--recipe basic --limit 64 --limit-test 48 --batch 16 --resize 8 --epochs 2 --seed 3 --learning-rate 0.1
    --weight-decay 1e-4 --flip=no)
run "$build/chapters/08_training" "${chapter_8[@]}" --model resnet20 --out "$dir/eight"
check "the residual network is chapter 8's" cmp "$dir/eight/model.safetensors" \
    "$dir/four/resnet20/model.safetensors"

# ---- more blocks for a trained network ----

check "five blocks more" tiny --grow --threads 1 --out "$dir/grown"
# Columns: first loss, last loss, test error and its %, old branches, new branches first and last.
check "... change nothing at first if they start as the identity" awk '
    /^  no new blocks / { as_it_is = $4 }
    /^  usual start / { usual = $3; branch = $(NF - 1) }
    /^  start as identity / { identity = $4; none = $(NF - 1) }
    END { exit !(as_it_is > 0 && identity == as_it_is && none == "0.00," &&
                 usual != as_it_is && branch > 0.05) }' "$out"
degrade --grow --limit 640 --limit-test 300 --batch 32 --epochs 3 --resize 14 --out "$dir/learned"
check "... and the test error is of a network that has learned: without logits it has 63 %" awk '
    /^20 blocks: / { sub(/.*test error /, ""); found = $1 + 0 > 0 && $1 + 0 < 40 }
    END { exit !found }' "$out"
for option in --layers=56 --plain --residual --untrained --plot --resume=none; do
    fails "--grow $option" "--grow: leave out --layers" -- degrade --grow "$option"; done
fails "more images in a batch than there are" "--batch 128" -- degrade --grow --limit 64 --limit-test 48 --resize 8

# ---- the look inside, against PyTorch ----

# A training with rate 0 changes nothing: the columns before and after it are the same.
degrade --limit 16 --limit-test 16 --batch 16 --epochs 1 --learning-rate 0 --weight-decay 0 \
    --out "$dir/still"
blocks_of 'Norm of the gradient' >"$dir/gradients"
blocks_of 'Norm of each residual' >"$dir/branches"
starred_is_the_same() {
    awk '{ for (i = 2; i < NF; i += 2) if ($i != $(i + 1)) exit 1 }' "$dir/gradients" \
        "$dir/branches"
}
check "an unchanged checkpoint measures the same" starred_is_the_same

# Columns: block, then twice each network; blocks 10 to 27 of those with 56 layers alone. In the
# plain network of 56 layers rounding errors grow on the way back as the gradient does.
is_near() { # table's file, column in degradation.txt, networks...
    local table=$1 column=$2
    shift 2
    awk -v column="$column" -v names="$*" '
        function differs(a, b, part) { return (a - b) ^ 2 > (part * b) ^ 2 }
        NR == FNR { value[$1, $2] = $column; next }
        {
            count = split(names, name, " ")
            from = NF == 1 + 2 * count ? 1 : count / 2 + 1
            for (i = from; i <= count; i++) {
                expected = value[name[i], $1]
                got = $(2 * (i - from) + 2)
                part = name[i] == "plain56" ? 0.05 : 0.003
                if (expected == "" || differs(got, expected, part)) {
                    print "block " $1 " of " name[i] ": " got ", expected " expected
                    exit 1
                }
                compared++
            }
        }
        END { if (compared != 18 * count) exit 1 }' tests/golden/degradation.txt "$table"
}
check "the gradients' norms are PyTorch's" is_near "$dir/gradients" 3 \
    plain20 resnet20 plain56 resnet56
check "the branches' norms are PyTorch's" is_near "$dir/branches" 4 resnet20 resnet56
# He's initial values have a variance of 2 / fan-in: the squares of a kernel of K filters add up to
# about 2 K.
blocks_of 'Norm of each block' >"$dir/kernels"
check "the kernels' norms are as initialised" awk '
    { squares = 4 * 16 * 2 ^ int(($1 - 1) / 9) } # of two kernels; 9 blocks a layer
    NF == 9 { squares = 4 * 16 * 2 ^ int(($1 - 1) / 3) } # 3 blocks a layer
    { if (($2 - sqrt(squares)) ^ 2 > (0.04 * $2) ^ 2) exit 1 }
    END { if (NR != 27) exit 1 }' "$dir/kernels"
check "the plain network's gradient explodes on its way back" awk \
    '$1 == 1 { first = $6 } $1 == 27 { exit !(first > 500 * $2) }' "$dir/gradients"
check "the residual one's does not" awk \
    '$1 == 1 { first = $8 } $1 == 27 { exit !(first < 50 * $4) }' "$dir/gradients"
# ---- the kept run ----

cp -r chapters/09_degradation/logs "$dir/kept"
degrade --plot --limit 16 --limit-test 1 --out "$dir/kept"
the_lessons_errors() {
    local name training test
    [ "$(sed -n 's/^ *\([a-z0-9]*\) *4 .*%$/\1/p' "$out" | wc -l)" = 4 ] || return 1
    while read -r name training test; do
        grep -qF "| $name | $training % | $test % |" chapters/09_degradation/README.md || return 1
    done < <(sed -n 's/^ *\([a-z0-9]*\) *4 *\([0-9.]*\) % *\([0-9.]*\) %$/\1 \2 \3/p' "$out")
}
check "the lesson's errors are those of the kept logs" the_lessons_errors
check "no temporary files are left" nothing_half_written
