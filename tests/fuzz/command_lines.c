/* The command lines of all programs: each main() is called, as far as its options_read(), which
 * ends it here. */
#include "target.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/options.h"

#define PROGRAMS(each)                                                                             \
    each(01_padding) each(02_custom_conv) each(03_pre_activation) each(04_shortcut)                \
        each(05_regular_block) each(06_bottleneck) each(07_full_model) each(08_training)           \
            each(09_degradation) each(10_original_resnet) each(11_classify)                        \
                each(12_regularization) each(13_regression) each(14_many_machines)                 \
                    each(15_backpropagation) each(16_make_it_fast)                                 \
                        each(00_first_steps) /* last, so that seeds keep their programs */

#define DECLARE(chapter) int main_##chapter(int count, char **arguments);
PROGRAMS(DECLARE)

typedef int Program(int count, char **arguments);

#define ENTRY(chapter) main_##chapter,
static Program *const programs[] = {PROGRAMS(ENTRY)};

enum { PROGRAM_COUNT = sizeof programs / sizeof programs[0], MOST_ARGUMENTS = 32 };

void real_options_read(const Option *rows, const char *about, int count, char **arguments,
                       void *options) __asm__("__real_options_read");
void last_options_read(const Option *rows, const char *about, int count, char **arguments,
                       void *options) __asm__("__wrap_options_read");

/* Numbers were within their bounds before, and are so behind. */
static void check_numbers(const Option *row, const char *options) {
    for (; row->name || row->help || row->value.read || row->value.rows; row++) {
        const char *place = options + row->value.place;
        if (row->value.rows)
            check_numbers(row->value.rows, place);
        if (row->value.read == option_read_number)
            ck_assert(*(const float *)place <= (float)row->value.most);
        if (row->value.read == option_read_integer)
            ck_assert(*(const int *)place <= row->value.most);
    }
}

void last_options_read(const Option *rows, const char *about, int count, char **arguments,
                       void *options) {
    real_options_read(rows, about, count, arguments, options);
    check_numbers(rows, options);
    Arena *arena = arena_new();
    options_command(arena, "resume");
    arena_free(arena);
    exit(EXIT_SUCCESS);
}

/* argp's own --HANG sleeps, an hour if it is not told otherwise. */
static bool hangs(int count, char **arguments) {
    for (int i = 1; i < count; i++)
        if (strncmp(arguments[i], "--H", 3) == 0)
            return true;
    return false;
}

/* Which program; its arguments, a line each. */
void fuzz_command_line(const uint8_t *bytes, size_t count) {
    static char name[] = "program";
    Part input = {bytes, count};
    Program *program = programs[byte_take(&input) % PROGRAM_COUNT];
    char *text = calloc(input.count + 1, 1), *rest = text;
    memcpy(text, input.bytes, input.count);
    char *arguments[MOST_ARGUMENTS + 1] = {name};
    int given = 1;
    while (given < MOST_ARGUMENTS && rest && *rest)
        arguments[given++] = strsep(&rest, "\n");
    if (!hangs(given, arguments))
        program(given, arguments);
    free(text);
}
