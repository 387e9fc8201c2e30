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

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'trap "" TERM; kill 0; exit 130' INT # what runs in the background, too

# Runs one and leaves "PASSED FAILED" in $work/NAME: one failure more if it broke off without saying
# any, or said nothing at all.
one() { # name
    local name=$1 log=$work/$1.log status good bad began=$SECONDS
    echo "== $name"
    if [ "$name" = library ]; then
        ${TEST_WRAPPER:-} "$build/tests/library" ${SUITES:-} 2>&1 | tee "$log"
        status=${PIPESTATUS[0]}
        read -r good bad < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
    else
        bash "tests/commands/$name.sh" "$build" 2>&1 | tee "$log"
        status=${PIPESTATUS[0]}
        good=$(grep -c '^ok' "$log") bad=$(grep -c '^not ok' "$log")
    fi
    good=${good:-0} bad=${bad:-0}
    if [ "$status" != 0 ] && [ "$bad" = 0 ] || [ $((good + bad)) = 0 ]; then
        echo "$name: ended with status $status and reported $good passed, $bad failed"
        bad=$((bad + 1))
    fi
    echo "# $name took $((SECONDS - began)) s"
    echo "$good $bad" >"$work/$name"
}

# Some run beside the others; what they print comes last.
first=() beside=()
names=(library)
for script in tests/commands/test_*.sh; do names+=("$(basename "$script" .sh)"); done
[ $# = 0 ] || names=("$@")
for name in "${names[@]}"; do
    case $name in
    test_grader | test_hostile | test_degradation | test_faults | test_regression | test_speedrun)
        beside+=("$name")
        ;;
    *) first+=("$name") ;;
    esac
done
for name in "${beside[@]}"; do one "$name"; done >"$work/beside" &
for name in "${first[@]}"; do one "$name"; done
wait
cat "$work/beside"

passed=0 failed=0
for name in "${names[@]}"; do
    read -r good bad <"$work/$name"
    passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
