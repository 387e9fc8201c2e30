# Derives an exercise's stub from its solution: awk -f tests/grader/stub.awk solutions/NN_name/function.c
#
# Where the solution has the marker /* stub: statements */ the stub has CODE HERE and the statements,
# up to the first line that is indented less than the marker. A static function that the stub does
# not call is left out with its comment.

BEGIN { last = 0 }

/^ *\/\* stub:.*\*\/$/ {
    depth = index($0, "/") - 1
    indent = substr($0, 1, depth)
    add(indent "/* CODE HERE */")
    sub(/^.*stub: */, "")
    sub(/ *\*\/$/, "")
    statements = split($0, statement, /; */)
    for (i = 1; i < statements; i++) # behind the last `;` is nothing
        add(indent statement[i] ";")
    leaving_out = 1
    next
}
leaving_out && match($0, /[^ ]/) && RSTART <= depth { leaving_out = 0 }
!leaving_out { add($0) }

# Paragraphs are divided by the blank lines outside of functions.
function add(line) {
    if (line == "" && !in_function) {
        last++
        return
    }
    if (line ~ /^static [^;=]*\(/) {
        name[last] = line
        sub(/\(.*/, "", name[last])
        sub(/.*[ *]/, "", name[last])
    }
    if (line ~ /\{$/)
        in_function = 1
    if (line ~ /^}/)
        in_function = 0
    paragraph[last] = paragraph[last] line "\n"
}

# From the end, so that a helper's own helper is left out too.
END {
    for (p = last; p >= 0; p--)
        if (!(p in name) || stub ~ "[^A-Za-z0-9_]" name[p] "\\(")
            stub = paragraph[p] (stub == "" ? "" : "\n") stub
    printf "%s", stub
}
