# Makes the wrong answers of a list of mistakes:
#
#     awk -v folder=FOLDER -f tests/grader/mistakes.awk SOLUTION LIST
#
# Each is the solution, without the exercise's comment and the stub's marker, with the mistake's
# changes: FOLDER/<mistake>.c. What cannot be made is said on standard output: a line each, the
# mistake's name and the reason.

FNR == NR {
    if (in_code && !/^ *\/\* stub:.*\*\/$/)
        solution = solution $0 "\n"
    in_code = in_code || /\*\/$/
    next
}
/^## / {
    finish()
    name = $2
    diagnosis = reason = ""
    answer = ""
    used = 0
    next
}
name == "" { next }
/^[-+ ]/ {
    if (!/^\+/)
        old = old substr($0, 2) "\n"
    if (!/^-/)
        new = new substr($0, 2) "\n"
    next
}
{ change() }
NF { diagnosis = diagnosis (diagnosis == "" ? "" : " ") $0 }
END { finish() }

# The lines of old become those of new; answer is what is made, up to the solution's character `used`.
function change(    at) {
    if (old new == "")
        return
    at = index("\n" solution, "\n" old)
    if (old == "")
        reason = "lines are added beside no line of the solution"
    else if (index(substr(solution, at), "\n" old))
        reason = "the solution has these lines more than once: " old
    else if (at <= used)
        reason = "the solution does not have these lines, or not behind the change before: " old
    answer = answer substr(solution, used + 1, at - 1 - used) new
    used = at - 1 + length(old)
    old = new = ""
}

function finish() {
    change()
    if (name == "")
        return
    answer = answer substr(solution, used + 1)
    if (diagnosis == "")
        reason = "it has no diagnosis"
    else if (name in made)
        reason = "another one has this name"
    else if (reason == "" && answer == solution)
        reason = "it changes nothing"
    made[name] = 1
    gsub(/\n/, " | ", reason)
    if (reason != "") {
        print name ": " reason
        return
    }
    file = folder "/" name ".c"
    printf "/* Diagnosis: %s */\n%s", diagnosis, answer >file
    close(file)
}
