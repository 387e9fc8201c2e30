#!/usr/bin/env bash
# Runs a chapter's program: tests/grader/run.sh PROGRAM [ARGUMENTS...]. KERNELS=mine lets the graph
# run on the hand-written loops, in programs that can choose.
# TOGETHER is the command that starts several processes of it.
set -eu
program=$1
shift
if [ "${KERNELS:-}" = mine ]; then
    if "$program" --help | grep -q -- --kernels; then
        set -- --kernels loops "$@"
    else
        echo "This program has no --kernels to choose; it runs without KERNELS=mine." >&2
    fi
fi
# shellcheck disable=SC2086
exec ${TOGETHER:-} "$program" "$@"
