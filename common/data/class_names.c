#define _GNU_SOURCE /* getdelim */
#include "data/class_names.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* UTF-8 without control characters: what is written on a line of a file is read again as it is. */
static bool is_one_line(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (iscntrl((unsigned char)text[i]))
            return false;
    json_t *string = json_stringn(text, length);
    bool is_utf8 = string != NULL;
    json_decref(string);
    return is_utf8;
}

void class_name_set(ClassName name, const char *source, const char *text, size_t length) {
    int shown = length < CLASS_NAME ? (int)length : CLASS_NAME;
    require(length < CLASS_NAME, "%s: the class name \"%.*s...\" has %zu bytes; give it at most %d",
            source, shown, text, length, CLASS_NAME - 1);
    require(is_one_line(text, length), "%s: a class name is not one line of UTF-8 text; rename it",
            source);
    snprintf(name, CLASS_NAME, "%.*s", shown, text);
}

typedef struct Line {
    const char *text;
    size_t length; /* without its end */
} Line;

/* Takes the first line off the text, which is empty after the last. */
static Line take_line(const char **text) {
    Line line = {*text, strcspn(*text, "\n")};
    *text += line.length + (line.text[line.length] == '\n');
    if (line.length > 0 && line.text[line.length - 1] == '\r')
        line.length--;
    return line;
}

void class_names_read(ClassName *names, int count, const char *source, const char *text) {
    text = text ? text : "";
    for (int i = 0; i < count; i++) {
        Line line = take_line(&text);
        if (line.length > 0)
            class_name_set(names[i], source, line.text, line.length);
        else
            snprintf(names[i], CLASS_NAME, "class %d", i);
    }
}

const char *const *class_names_load(Arena *arena, const char *path, int count) {
    FILE *stream = fopen(path, "r");
    require(stream, "%s: cannot read: %s; name a text file with a label a line", path,
            strerror(errno));
    char *all = NULL;
    size_t capacity = 0;
    const char *text = getdelim(&all, &capacity, '\0', stream) > 0 ? all : "";
    require(!ferror(stream), "%s: cannot read: %s; name a text file with a label a line", path,
            strerror(errno));
    fclose(stream);
    const char **names = arena_alloc(arena, (size_t)count * sizeof *names);
    int lines = 0;
    for (; *text; lines++) {
        Line line = take_line(&text);
        require(line.length > 0, "%s: line %d is empty; give each of the %d classes its label",
                path, lines + 1, count);
        if (lines < count)
            names[lines] = arena_printf(arena, "%.*s", (int)line.length, line.text);
    }
    require(lines == count,
            "%s: has %d lines, but the network knows %d classes; give a line a class", path, lines,
            count);
    free(all);
    return names;
}

const char *class_names_text(Arena *arena, const ClassName *names, int count) {
    const char *text = arena_printf(arena, "%s", names[0]);
    for (int i = 1; i < count; i++)
        text = arena_printf(arena, "%s\n%s", text, names[i]);
    return text;
}
