/* Paths and small files. */
#include "files.h"

#include "base/error.h"
#include "base/memory.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static Arena *arena(void) {
    static Arena *whole_program;
    if (!whole_program)
        whole_program = arena_new();
    return whole_program;
}

const char *text_of(const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = arena_alloc(arena(), (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

const char *file_text(const char *path, size_t *size) {
    struct stat status;
    FILE *file = NULL; /* a pipe would not even let itself be opened */
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
        file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = arena_alloc(arena(), (size_t)status.st_size + 1);
    size_t length = fread(text, 1, (size_t)status.st_size, file);
    fclose(file);
    text[length] = '\0';
    if (size)
        *size = length;
    return text;
}

const char *file_head(const char *path, int lines) {
    const char *text = file_text(path, NULL);
    if (!text)
        return "";
    const char *end = text;
    while (lines > 0 && *end) {
        end += strcspn(end, "\n");
        if (--lines > 0 && *end)
            end++;
    }
    return text_of("%.*s", (int)(end - text), text);
}

void file_write(const char *path, const char *text, size_t size) {
    const char *temporary = text_of("%s.tmp", path);
    FILE *file = fopen(temporary, "wb");
    bool written = file && fwrite(text, 1, size, file) == size;
    written = file && fclose(file) == 0 && written && rename(temporary, path) == 0;
    if (!written)
        unlink(temporary);
    require(written, "%s: cannot be written; is the disk full?", path);
}

bool files_equal(const char *a, const char *b) {
    struct stat status_a, status_b;
    if (stat(a, &status_a) != 0 || stat(b, &status_b) != 0 || status_a.st_size != status_b.st_size)
        return false;
    size_t size_a = 0, size_b = 0;
    const char *text_a = file_text(a, &size_a), *text_b = file_text(b, &size_b);
    return text_a && text_b && size_a == size_b && memcmp(text_a, text_b, size_a) == 0;
}

bool file_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

bool is_directory(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

double file_time(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0)
        return 0;
    return (double)status.st_mtim.tv_sec + 1e-9 * (double)status.st_mtim.tv_nsec;
}

static bool ends_with(const char *name, const char *ending) {
    size_t length = strlen(name), end = strlen(ending);
    return length >= end && strcmp(name + length - end, ending) == 0 && name[0] != '.';
}

const char *const *directory_names(const char *path, const char *ending) {
    struct dirent **entries = NULL;
    int found = scandir(path, &entries, NULL, alphasort);
    int count = 0;
    const char **names = arena_alloc(arena(), (size_t)(found > 0 ? found + 1 : 1) * sizeof *names);
    for (int i = 0; i < found; i++) {
        if (ends_with(entries[i]->d_name, ending))
            names[count++] = text_of("%s", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    names[count] = NULL;
    return names;
}
