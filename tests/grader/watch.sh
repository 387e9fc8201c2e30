#!/usr/bin/env bash
# Grades again on every save: tests/grader/watch.sh COMMAND... entr ends with 2 when a file was added
# and with 0 when it is quit.
set -u
command -v entr >/dev/null || { echo "entr is not there; install it (make setup)" >&2; exit 1; }
if [ -t 0 ] && [ -t 1 ]; then flags=-cd; else flags=-nd; fi
status=2
while [ "$status" = 2 ]; do
    find exercises -name '*.[ch]' | entr $flags "$@"
    status=$?
done
