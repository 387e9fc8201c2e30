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

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0
for name in "${names[@]}"; do
    echo "== $name"
    node "tests/site/test_$name.mjs" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    good=$(grep -c '^ok' "$log") bad=$(grep -c '^not ok' "$log")
    if [ "$status" != 0 ] && [ "$bad" = 0 ] || [ $((good + bad)) = 0 ]; then
        echo "not ok - $name: ended with status $status"
        bad=$((bad + 1))
    fi
    passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
