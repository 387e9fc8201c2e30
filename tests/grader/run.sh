#!/usr/bin/env bash
# Runs a chapter's program: tests/grader/run.sh PROGRAM [ARGUMENTS...]. KERNELS=mine lets the graph
# run on the hand-written loops, GRAPH=mine backward by the hand-written walk, in programs that can
# choose. Says whose code runs, as far as the grader's banner has not.
# TOGETHER is the command that starts several processes of it.
set -eu
program=$1
shift
only() { # variable, its value, what it may be
    [ -z "$2" ] || [ "$2" = "$3" ] || { echo "error: $1=$2 is unknown; give $1=$3, or leave it out" >&2 && exit 1; }
}
choose() { # variable, its value, option, arguments...
    only "$1" "$2" mine
    [ "$2" = mine ] || return 0
    if has "$3"; then
        chosen+=("${@:3}")
    else
        echo "This program has no $3 to choose; it runs without $1=mine." >&2
    fi
}
has() { # option
    "$program" --help | grep -q -- "$1="
}
[ "${SOURCE:-}" = exercises ] || only SOURCE "${SOURCE:-}" solutions
[ "${SOURCE:-}" != solutions ] || echo "All functions are those of solutions/ (SOURCE=solutions)."
chosen=()
choose KERNELS "${KERNELS:-}" --kernels loops
choose GRAPH "${GRAPH:-}" --backward walk
if has --kernels; then
    [ "${KERNELS:-}" = mine ] && echo "It computes with the textbook loops (KERNELS=mine), which are slow." ||
        echo "It computes with the library's kernels; with KERNELS=mine, with the textbook loops."
fi
set -- "${chosen[@]}" "$@"
# shellcheck disable=SC2086
exec ${TOGETHER:-} "$program" "$@"
