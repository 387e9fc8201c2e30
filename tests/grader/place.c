/* Asks addr2line which lines a test's frames are. */
#include "place.h"

#include "command.h"
#include "files.h"

#include <stdlib.h>
#include <string.h>

enum { SECONDS = 30 };

/* "12" out of "/home/me/exercises/01_padding/custom_padding.c:12 (discriminator 2)". */
static int line_number(const char *line, const char *source) {
    const char *at = strstr(line, source);
    const char *end = strchr(line, '\n');
    if (!at || (end && at > end) || at[strlen(source)] != ':')
        return 0;
    return atoi(at + strlen(source) + 1);
}

static const char *place_of(const json_t *frames, const char *program, const char *source) {
    Command command = {0};
    command_add_words(&command, "addr2line -e");
    command_add(&command, program);
    for (size_t f = 0; f < json_array_size(frames); f++)
        command_add(&command, text_of("%llx", (unsigned long long)json_integer_value(
                                                  json_array_get(frames, f))));
    const char *log = text_of("%s.places", program);
    if (command_run(&command, log, SECONDS) != 0)
        return "";
    for (const char *line = file_text(log, NULL); line && *line;) {
        int number = line_number(line, source);
        if (number > 0)
            return text_of("%s:%d", source, number);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return "";
}

void places_add(json_t *tests, const char *program, const char *source) {
    size_t i;
    json_t *test;
    json_array_foreach(tests, i, test) {
        const json_t *frames = json_object_get(test, "frames");
        const char *place = json_array_size(frames) > 0 ? place_of(frames, program, source) : "";
        json_object_set_new(test, "place", json_string(place));
    }
}
