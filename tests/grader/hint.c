/* tests/exercises/hints/<function>.txt holds the hints, divided by lines "---". */
#include "hint.h"

#include "base/error.h"
#include "base/output_file.h"
#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char divider[] = "\n---\n";

const Exercise *current_exercise(const Result *results, const char *chapter) {
    for (int e = 0; e < num_exercises; e++)
        if (exercise_in_chapter(&exercises[e], chapter) && results[e].verdict.status != STATUS_DONE)
            return &exercises[e];
    return NULL;
}

static int count_hints(const char *text) {
    int count = 1;
    for (; (text = strstr(text, divider)); text += strlen(divider))
        count++;
    return count;
}

static const char *hint_number(const char *text, int number) {
    while (--number > 0)
        text = strstr(text, divider) + strlen(divider);
    const char *end = strstr(text, divider);
    size_t length = end ? (size_t)(end - text) : strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        length--;
    return text_of("%.*s", (int)length, text);
}

void hint_print(const Settings *settings, const Exercise *exercise) {
    const char *path = text_of("tests/exercises/hints/%s.txt", exercise->function);
    const char *text = file_text(path, NULL);
    require(text, "%s: there are no hints", path);
    int hints = count_hints(text);

    const char *folder = text_of("%s/hints", settings->build);
    const char *state = text_of("%s/%s", folder, exercise->function);
    const char *given = file_text(state, NULL);
    int number = given ? atoi(given) + 1 : 1;
    if (number < 1 || number > hints)
        number = hints;
    output_make_directory(folder);
    const char *now = text_of("%d\n", number);
    file_write(state, now, strlen(now));

    for (int h = 1; h <= number; h++)
        printf("%sHint %d of %d for %s:\n\n%s\n", h > 1 ? "\n" : "", h, hints, exercise->function,
               hint_number(text, h));
    if (number == hints)
        printf("\nThat was the last hint; `make diff-%.2s` shows the solution beside your file.\n",
               exercise->chapter);
}
