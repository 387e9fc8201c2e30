#include "data/class_names.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

static bool is_utf8(const char *text, size_t length) {
    json_t *string = json_stringn(text, length);
    json_decref(string);
    return string;
}

void class_name_set(ClassName name, const char *source, const char *text, size_t length) {
    int shown = length < CLASS_NAME ? (int)length : CLASS_NAME;
    require(length < CLASS_NAME,
            "%s: the class name \"%.*s...\" has %zu bytes; at most %d are read", source, shown,
            text, length, CLASS_NAME - 1);
    require(!memchr(text, '\n', length) && is_utf8(text, length),
            "%s: a class name is not one line of UTF-8 text; rename it", source);
    snprintf(name, CLASS_NAME, "%.*s", shown, text);
}

void class_names_read(ClassName *names, int count, const char *source, const char *text) {
    for (int i = 0; i < count; i++) {
        size_t line = text ? strcspn(text, "\n") : 0;
        size_t length = line > 0 && text[line - 1] == '\r' ? line - 1 : line;
        if (length > 0)
            class_name_set(names[i], source, text, length);
        else
            snprintf(names[i], CLASS_NAME, "class %d", i);
        if (text)
            text = text[line] ? text + line + 1 : NULL;
    }
}

const char *class_names_text(Arena *arena, const ClassName *names, int count,
                             const char *separator) {
    const char *text = arena_printf(arena, "%s", names[0]);
    for (int i = 1; i < count; i++)
        text = arena_printf(arena, "%s%s%s", text, separator, names[i]);
    return text;
}
