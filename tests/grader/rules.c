/* Reads the table of rules. */
#define _GNU_SOURCE /* strcasestr */
#include "rules.h"

#include "base/error.h"
#include "files.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

const char rules_table[] = "tests/exercises/rules.txt";

/* The next word of the line, or NULL at its end. */
static const char *next_word(const char **at) {
    *at += strspn(*at, " ");
    size_t length = strcspn(*at, " \n");
    const char *word = length > 0 ? text_of("%.*s", (int)length, *at) : NULL;
    *at += length;
    return word;
}

typedef bool (*Matches)(const char *word, const char *name);

/* The first word of the lines with the keyword that matches the name; NULL if none does. Where `of`
 * is not NULL, a line's first word says which exercises it is for. */
static const char *find(const char *keyword, const char *of, Matches matches, const char *name) {
    static const char *rules;
    if (!rules)
        rules = file_text(rules_table, NULL);
    require(rules, "%s: cannot be read; run this from the repository's root", rules_table);
    for (const char *line = rules; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *at = line, *word = next_word(&at);
        if (!word || strcmp(word, keyword) != 0 || (of && fnmatch(next_word(&at), of, 0) != 0))
            continue;
        while ((word = next_word(&at)))
            if (matches(word, name))
                return word;
    }
    return NULL;
}

static bool is_like(const char *pattern, const char *name) {
    return fnmatch(pattern, name, 0) == 0;
}

/* The assembler reads its words in any case. */
static bool is_in_listing(const char *word, const char *listing) {
    return strcasestr(listing, word);
}

static bool is_name_part(char letter) {
    return isalnum((unsigned char)letter) || letter == '_';
}

/* Whether the header of common/ has the name with a bracket behind it. */
static bool declares(const char *header, const char *function) {
    const char *text = file_text(text_of("common/%s", header), NULL);
    require(text, "%s: common/%s cannot be read", rules_table, header);
    const char *call = text_of("%s(", function);
    for (const char *at = text; (at = strstr(at, call)); at++)
        if (at > text && !is_name_part(at[-1]))
            return true;
    return false;
}

static bool is_below(const char *path, const char *folder) {
    char *real = realpath(folder, NULL);
    size_t length = real ? strlen(real) : 0;
    bool below = real && strncmp(path, real, length) == 0 && path[length] == '/';
    free(real);
    return below;
}

static bool is_foreign(const char *path, const char *const folders[2]) {
    char *real = realpath(path, NULL);
    const char *where = real ? text_of("%s", real) : path;
    free(real);
    return !is_below(where, folders[0]) && !is_below(where, folders[1]) &&
           (is_below(where, ".") || !find("includes", NULL, is_like, where));
}

/* Words are divided by blanks; a blank within a word stands behind a backslash, as do line ends. */
static const char *next_file(const char **at) {
    *at += strspn(*at, " \n\\");
    char *word = strcpy(malloc(strlen(*at) + 1), "");
    size_t length = 0;
    for (; **at && **at != ' ' && **at != '\n'; (*at)++) {
        if ((**at == '\\' || **at == '$') && (*at)[1] && (*at)[1] != '\n')
            (*at)++;
        word[length++] = **at;
    }
    word[length] = '\0';
    const char *kept = length > 0 ? text_of("%s", word) : NULL;
    free(word);
    return kept;
}

const char *rules_foreign_file(const char *dependencies, const char *const folders[2]) {
    const char *colon = strchr(dependencies, ':'), *at = colon ? colon + 1 : "", *path;
    while ((path = next_file(&at)))
        if (is_foreign(path, folders))
            return path;
    return NULL;
}

const char *rules_assembly(const char *listing) {
    return find("assembly", NULL, is_in_listing, listing);
}

bool rules_allow_section(const char *name) {
    return find("sections", NULL, is_like, name);
}

bool rules_allow_call(const Exercise *exercise, const char *function) {
    return find("calls", NULL, is_like, function) ||
           find("headers", exercise->function, declares, function);
}
