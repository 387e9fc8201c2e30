#!/usr/bin/env bash
# The budget of the house: fails when it grew beyond what its parts are worth. Who needs more room
# makes room elsewhere first, or argues for a larger budget here.
#
# Raised once from 720, 48,000 and 13,300: for trainings that lose nothing (training/state,
# interrupt), images decoded apart from the program, memory asked for before it is taken, and for
# faults, fuzzing, hostile answers and other machines in tests/. Raised again, from 52,500 and 14,900:
# a sixth of a training step's time is gone (conv2d/), trainings that give way to other programs
# (training/threads), and a benchmark that races the newest runtime and shows how cost grows. And once
# more, from 780, 53,000: the course in the browser (chapters/site, tests/site), whose stand-ins and
# harness are C, too; JavaScript has a budget of its own. And from 880, 54,500 and 15,400: one training
# on many machines (sums by groups, processes, the chapter and its exercises). And from 910, 56,800: two
# of those exercises more, simulated processes to test them by, and the chapter's numbers as tests. And
# from 930, 58,900 and 16,300: the beginning for who is new to networks (chapter 0, the glossary and its
# test), backward through a graph and a convolution made fast (chapters 15 and 16, twelve exercises with
# the three chapters' tests and mistakes), and what shortens a training (muon, averaging, hardness and
# growth in training/). And from 1,070 and 65,400: the programs' own drawings of what chapters 2, 3, 7 and
# 8 explain; recipes over seeds, two exercises of training, and what tells luck from progress (chapter 11:
# McNemar's test, copies of test images). And from 1,100 and 67,500: a grader that tells wrong answers which
# nobody listed (rules, the first wrong operation), a page for teachers, guesses before experiments. And from
# 69,500: what lessons 9, 10, 12 and 13 measure of grown networks, VGG-19, L1 and few bits, perceptrons. And from
# 1,125: Muon's step is the student's own, an exercise like the other steps that the recipes take. And from 70,300:
# what a recipe's ingredients are worth, by twelve trainings (bench/ablation.sh), and stricter readers. And from
# 70,450: text that is no UTF-8, images that are not square, names that gnuplot takes for formats, and tests that
# ten more wrong answers fail. And from 1,130, 70,700 and 17,800: two files of two concerns each became two and two
# (trainer.c and its setting up, tests of batches and of augmentation), which takes headers. And from 1,135 files:
# PyTorch's log of the quick recipe. And from 70,800 and 17,850: what a reader of all parts found that data, answers
# and options could do, and its tests. And from 70,970: tests that fifteen more wrong answers fail.
set -eu
cd "$(dirname "$0")/.."

lines() { git ls-files -z "$@" | xargs -0 cat | wc -l; }

over=0
budget() { # what, how many, at most
    printf '%6d of %6d  %s\n' "$2" "$3" "$1"
    [ "$2" -le "$3" ] || over=1
}

budget "tracked files" "$(git ls-files | wc -l)" 1136
budget "lines of C, shell and Python" "$(lines '*.c' '*.h' '*.sh' '*.py')" 71150
budget "lines of JavaScript and CSS" "$(lines '*.js' '*.mjs' '*.css')" 7000
budget "lines of C in common/" "$(lines 'common/*.c' 'common/*.h')" 17880
[ $over = 0 ] || { echo "tests/size.sh: over the budget" >&2; exit 1; }
