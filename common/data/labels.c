#define _GNU_SOURCE /* getline */
#include "data/labels.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const *labels_read(Arena *arena, const char *path, int count) {
    FILE *stream = fopen(path, "r");
    require(stream, "%s: cannot read: %s; name a text file with a label a line", path,
            strerror(errno));
    const char **labels = arena_alloc(arena, (size_t)count * sizeof *labels);
    char *line = NULL;
    size_t capacity = 0;
    int lines = 0;
    while (getline(&line, &capacity, stream) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        require(*line, "%s: line %d is empty; give each of the %d classes its label", path,
                lines + 1, count);
        if (lines < count)
            labels[lines] = arena_printf(arena, "%s", line);
        lines++;
    }
    require(!ferror(stream), "%s: cannot read: %s; name a text file with a label a line", path,
            strerror(errno));
    require(lines == count,
            "%s: has %d lines, but the network knows %d classes; give a line a class", path, lines,
            count);
    free(line);
    fclose(stream);
    return labels;
}
