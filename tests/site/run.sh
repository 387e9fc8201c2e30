#!/usr/bin/env bash
# Runs the tests of the pages in build/site, and ends with a line "N passed, N failed"; exit status 0
# only if none failed.
#
#     tests/site/run.sh [NAME...]     NAME: a file of tests/site without test_ and .mjs
set -u
cd "$(dirname "$0")/../.." || exit 1
[ -e build/site/index.html ] || { echo "tests/site/run.sh: there is no build/site; type make site" >&2; exit 1; }

names=("$@")
[ $# != 0 ] || for file in tests/site/test_*.mjs; do
    name=${file#tests/site/test_}
    names+=("${name%.mjs}")
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs one, prints what it said when it ends, and leaves "PASSED FAILED" in $work/NAME.
one() { # name
    local name=$1 log=$work/$1.log status good bad began=$SECONDS
    node "tests/site/test_$name.mjs" >"$log" 2>&1
    status=$?
    good=$(grep -c '^ok' "$log") bad=$(grep -c '^not ok' "$log")
    if [ "$status" != 0 ] && [ "$bad" = 0 ] || [ $((good + bad)) = 0 ]; then
        echo "not ok - $name: ended with status $status" >>"$log"
        bad=$((bad + 1))
    fi
    echo "# $name took $((SECONDS - began)) s" >>"$log"
    { echo "== $name" && cat "$log"; } # at once, so that tests do not mix
    echo "$good $bad" >"$work/$name"
}

# Two at a time: a browser's test waits for one processor at most.
running=0
for name in "${names[@]}"; do
    one "$name" &
    running=$((running + 1))
    [ $running -lt 2 ] || { wait -n && running=$((running - 1)); }
done
wait

passed=0 failed=0
for name in "${names[@]}"; do
    read -r good bad <"$work/$name"
    passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
