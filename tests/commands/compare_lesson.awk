# A lesson against a program: awk -f compare_lesson.awk OUTPUT SHOWN. Is every line that the lesson
# shows in the output, in that order? If not, says which is not, and ends with status 1.
#
# `...` stands for lines left out. Whitespace does not count, and a line may be shown without its
# end. Numbers with a decimal point may be a hundredth off, since processors add in different orders.

# A hundredth, or the last digit shown by two.
function near(a, b, parts, digits, unit, difference) {
    split(a, parts, "e")
    digits = index(parts[1], ".") ? length(parts[1]) - index(parts[1], ".") : 0
    unit = 10 ^ (parts[2] - digits)
    a += 0
    difference = a > b ? a - b : b - a
    return difference <= 0.01 * (a < 0 ? -a : a) || difference <= 2.5 * unit
}
function same(a, b, a_end, b_end) {
    if (a == b)
        return 1
    if (!match(a, /^-?[0-9]+\.[0-9]+(e[-+][0-9]+)?/))
        return 0
    a_end = RLENGTH
    if (!match(b, /^-?[0-9]+\.[0-9]+(e[-+][0-9]+)?/))
        return 0
    b_end = RLENGTH
    return substr(a, a_end + 1) == substr(b, b_end + 1) &&
        near(substr(a, 1, a_end), substr(b, 1, b_end) + 0)
}
function shows(line, real, words, number, real_words, i) {
    number = split(line, words)
    if (number > split(real, real_words))
        return 0
    sub(/[,;:.]$/, "", real_words[number])
    sub(/[,;:.]$/, "", words[number])
    for (i = 1; i <= number; i++)
        if (!same(words[i], real_words[i]))
            return 0
    return 1
}
NR == FNR { real[++last] = $0; next }
/^ *\.\.\.$/ || NF == 0 { next }
{
    for (at++; at <= last && !shows($0, real[at]); at++)
        ;
    if (at > last) {
        print "not in the output, or not there: " $0
        exit 1
    }
}
