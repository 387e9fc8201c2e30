#!/usr/bin/env bash
# Runs a chapter's program: tests/grader/run.sh PROGRAM [ARGUMENTS...]. KERNELS=mine lets the graph
# run on the hand-written loops, in programs that can choose.
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
exec "$program" "$@"
