# The glossary against the lessons: awk -f glossary.awk GLOSSARY LESSONS..., the lessons in the order in
# which they are read. Prints a line for each word that a lesson uses before it is explained:
#
# - In the chapter that the glossary names, the first paragraph with the word explains it: there it
#   stands in *italics* or **bold**.
# - In an earlier chapter, the first paragraph with it links to its entry: [word](...glossary.md#word).
#
# A word is an entry's heading, or what stands behind "Also:", and their plurals. What a lesson promises
# in its head, code, formulas, headings and lists of names (The map, Notation, Sources) do not count.

function add_form(term, form) {
    forms[term, ++form_count[term]] = tolower(form)
}
# Whether text, in lower case, has the form as a word of its own.
function has_word(text, form, at, rest, before, after) {
    rest = " " text " "
    while ((at = index(rest, form)) > 0) {
        before = substr(rest, at - 1, 1)
        after = substr(rest, at + length(form))
        sub(/^e?s/, "", after)
        if (before !~ /[a-z0-9_-]/ && after !~ /^[a-z0-9_-]/)
            return 1
        rest = substr(rest, at + length(form))
    }
    return 0
}
function emphasised(text, form) {
    return index(text, "*" form "*") || index(text, "*" form "s*") || index(text, "*" form "es*")
}
function uses(text, term, i) {
    for (i = 1; i <= form_count[term]; i++)
        if (has_word(text, forms[term, i]))
            return 1
    return 0
}
function explains(text, term, i) {
    for (i = 1; i <= form_count[term]; i++)
        if (emphasised(text, forms[term, i]))
            return 1
    return 0
}
function check_paragraph(text, plain, t, term, slug, is_home) {
    gsub(/`[^`]*`|!\[[^]]*\]\([^)]*\)|<[^>]*>/, " ", text)
    plain = text = tolower(text)
    gsub(/\]\([^)]*\)/, "]", plain)
    for (t = 1; t <= term_count; t++) {
        term = terms[t]
        if (known[term] || seen[term] == lesson || !uses(plain, term))
            continue
        seen[term] = lesson
        is_home = home[term] == lesson
        slug = term
        gsub(/ /, "-", slug)
        known[term] = is_home
        if (is_home ? !explains(plain, term) : !index(text, "glossary.md#" slug ")"))
            print lesson ": \"" term "\" is used before it is explained: " substr(text, 1, 60) "..."
    }
}
function end_paragraph() {
    if (paragraph != "" && !is_head && !is_list)
        check_paragraph(paragraph)
    paragraph = ""
    is_head = 0
}
# An entry: "Also: " and other words for it up to a full stop, its text, the link to its chapter.
function read_entry(term, text, count, part, i) {
    if (sub(/^Also: /, "", text)) {
        count = split(substr(text, 1, index(text, ".") - 1), part, ", ")
        for (i = 1; i <= count; i++)
            add_form(term, part[i])
    }
    if (match(text, /\[Chapter [0-9]+\]\([^)]*\)\. $/)) {
        text = substr(text, RSTART, RLENGTH)
        sub(/^.*\((\.\.\/)?/, "", text)
        sub(/\/?README.*$/, "", text)
        home[term] = text == "" ? own : text
    } else
        print "glossary: \"" term "\" does not end with a link to its chapter"
}
function end_glossary(t) {
    for (t = 1; t <= term_count; t++) {
        read_entry(terms[t], entry[terms[t]])
        if (t > 1 && terms[t - 1] >= terms[t])
            print "glossary: \"" terms[t] "\" is not in its alphabetic place"
    }
}

FNR == 1 {
    end_paragraph()
    is_glossary = FILENAME == ARGV[1]
    count = split(FILENAME, part, "/")
    own = is_glossary ? part[count - 1] : own
    if (!is_glossary) {
        if (lesson == "")
            end_glossary()
        lesson = part[count - 1]
        is_list = fenced = 0
    }
}
is_glossary && /^## / {
    term = tolower(substr($0, 4))
    terms[++term_count] = term
    add_form(term, term)
    next
}
is_glossary && NF { entry[term] = entry[term] $0 " " }
is_glossary { next }

/^ *```/ {
    fenced = !fenced
    next
}
fenced { next }
/^#/ {
    end_paragraph()
    is_list = /^## (The map|Notation|Sources)$/
    next
}
NF == 0 {
    end_paragraph()
    next
}
/^\*\*After this chapter|^You need:/ { is_head = 1 }
{ paragraph = paragraph " " $0 }
END {
    end_paragraph()
    for (t = 1; t <= term_count; t++)
        if (!known[terms[t]])
            print "glossary: " home[terms[t]] " never uses \"" terms[t] "\""
}
