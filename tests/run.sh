#!/usr/bin/env bash
# Runs the library's tests and the command-line tests against a build directory, and ends with a line
# "N passed, N failed"; exit status 0 only if none failed.
#
#     tests/run.sh BUILD [NAME...]     NAME: library, or a script of tests/commands without .sh
#
# TEST_WRAPPER   a command that runs the library's tests: valgrind, or another processor's emulator
# SUITES         the suites of the library's tests to run (all)
set -u
cd "$(dirname "$0")/.." || exit 1
# Threads that wait by spinning starve each other when other programs run beside the tests.
export OMP_WAIT_POLICY=passive

build=${1:?usage: tests/run.sh BUILD [NAME...]}
shift

passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Counts what a test program said, and a failure more if it broke off without saying any.
count() { # name, status, passed, failed
    if [ "$2" != 0 ] && [ "$4" = 0 ] || [ "$(($3 + $4))" = 0 ]; then
        echo "$1: ended with status $2 and reported $3 passed, $4 failed"
        failed=$((failed + 1))
    fi
    passed=$((passed + $3)) failed=$((failed + $4))
}

wanted() { # name
    local name=$1 one
    shift
    [ $# = 0 ] && return 0
    for one; do [ "$one" = "$name" ] && return 0; done
    return 1
}

if wanted library "$@"; then
    echo "== library"
    ${TEST_WRAPPER:-} "$build/tests/library" ${SUITES:-} 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    read -r good bad < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
    count library "$status" "${good:-0}" "${bad:-0}"
fi

for script in tests/commands/test_*.sh; do
    name=$(basename "$script" .sh)
    wanted "$name" "$@" || continue
    echo "== $name"
    bash "$script" "$build" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    count "$name" "$status" "$(grep -c '^ok' "$log")" "$(grep -c '^not ok' "$log")"
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
