/* Reads the table of exercises. */
#include "exercises.h"

#include "base/error.h"
#include "base/memory.h"
#include "files.h"

#include <stdio.h>
#include <string.h>

static const char table[] = "tests/exercises/exercises.txt";

const Exercise *exercises;
int num_exercises;

static Exercise read_line(const char *line) {
    char chapter[64], function[64];
    int points;
    require(sscanf(line, "%63s %63s %d", chapter, function, &points) == 3,
            "%s: a line holds a chapter, a function and its points, not \"%.*s\"", table,
            (int)strcspn(line, "\n"), line);
    return (Exercise){text_of("%s", chapter), text_of("%s", function), points};
}

void exercises_read(void) {
    const char *text = file_text(table, NULL);
    require(text, "%s: cannot be read; run this from the repository's root", table);
    int lines = 0;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    Exercise *list = memory_new((size_t)lines + 1, sizeof *list);
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (*line != '#' && *line != '\n')
            list[num_exercises++] = read_line(line);
    exercises = list;
}

const Exercise *exercise_find(const char *function) {
    for (int i = 0; i < num_exercises; i++)
        if (strcmp(exercises[i].function, function) == 0)
            return &exercises[i];
    return NULL;
}

bool exercise_in_chapter(const Exercise *exercise, const char *number) {
    size_t length = strlen("01");
    return !number || (strlen(number) == length && strncmp(exercise->chapter, number, length) == 0);
}
