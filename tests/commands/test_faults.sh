#!/usr/bin/env bash
# The short form of make faults: tests/commands/test_faults.sh BUILD. A row of its table is a test.
source "$(dirname "$0")/lib.sh"

run bash tests/faults/run.sh "$build" short
result $? "each fault ends as it may"
while IFS='|' read -r _ fault tries outcome _; do
    [[ $tries =~ [0-9] ]] || continue # the heading
    [[ $outcome != *FAILED* ]]
    result $? "$(echo $fault, $tries tries: $outcome)"
done <"$out"
