#include "base/options.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"

enum { THREADS_A_PROCESSOR = 8, MOST_ROWS = 64, FIRST_KEY = 256 };
enum { CHOICES_TEXT = 256, NAME_TEXT = 64 };

/* Whether strtod and its like took the whole of the text, and there was one. */
static bool is_whole(const char *text, const char *end) {
    return end != text && *end == '\0' && errno == 0;
}

int64_t option_integer(const char *option, const char *text, int64_t least, int64_t most) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    require(is_whole(text, end) && value >= least && value <= most,
            "%s: '%s' is not a whole number from %lld to %lld; give one", option, text,
            (long long)least, (long long)most);
    return value;
}

/* The text as a finite number from least to most. */
static double option_number(const char *option, const char *text, double least, double most) {
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    require(is_whole(text, end) && isfinite(value) && value >= least && value <= most,
            "%s: '%s' is not a number from %g to %g; give one", option, text, least, most);
    return value;
}

int option_choice(const char *option, const char *text, const char *const *names) {
    char choices[CHOICES_TEXT] = "";
    for (int i = 0; names[i]; i++) {
        if (strcmp(text, names[i]) == 0)
            return i;
        size_t length = strlen(choices);
        snprintf(choices + length, sizeof choices - length, i ? ", %s" : "%s", names[i]);
    }
    die("%s: '%s' is unknown; choose one of %s", option, text, choices);
}

/* ---- readers ---- */

void option_read_integer(const OptionGiven *given) {
    const OptionValue *value = given->value;
    *(int *)given->place = (int)option_integer(given->option, given->text, (int64_t)value->least,
                                               (int64_t)value->most);
}

void option_read_number(const OptionGiven *given) {
    const OptionValue *value = given->value;
    *(float *)given->place =
        (float)option_number(given->option, given->text, value->least, value->most);
}

void option_read_choice(const OptionGiven *given) {
    *(int *)given->place = option_choice(given->option, given->text, given->value->names);
}

void option_read_bool(const OptionGiven *given) {
    static const char *const answers[] = {"no", "yes", NULL};
    *(bool *)given->place = !given->text || option_choice(given->option, given->text, answers) == 1;
}

void option_read_text(const OptionGiven *given) {
    *(const char **)given->place = given->text;
}

static void read_seed(const OptionGiven *given) {
    *(uint64_t *)given->place = (uint64_t)option_integer(given->option, given->text, 0, INT64_MAX);
}

/* More only wait for each other, and their stacks may be more than the machine has. */
static int most_threads(void) {
    return THREADS_A_PROCESSOR * omp_get_num_procs();
}

static bool threads_are_given;

static void read_threads(const OptionGiven *given) {
    threads_are_given = true;
    omp_set_num_threads((int)option_integer(given->option, given->text, 1, most_threads()));
}

bool options_threads_chosen(void) {
    return threads_are_given || getenv("OMP_NUM_THREADS");
}

const Option thread_rows[] = {
    {"threads", 't', "N", READ(read_threads),
     "number of threads (default: one for each processor that it may use; a training leaves those "
     "that other programs keep busy)"},
    {0}};

const Option common_rows[] = {
    {"seed", 's', "N", READ(read_seed), "seed of everything random (default 1)"},
    ROWS(thread_rows),
    {0}};

/* ---- the command line ---- */

/* A row of the program or of a table that it includes, and its place. */
typedef struct PlacedRow {
    const Option *row;
    char *place;
} PlacedRow;

typedef struct Line {
    PlacedRow rows[MOST_ROWS];
    struct argp_option list[MOST_ROWS + 1]; /* the same for argp; ends with {0} */
    int count, group;
    PlacedRow words;  /* the row without a name, if there is one */
    bool reads_first; /* the rows that come first alone; otherwise all others */
} Line;

/* What argp calls an option; 0: a title. The first row with a letter has it. */
static int key_of(const Line *line, const Option *row) {
    bool is_taken = !row->letter;
    for (int i = 0; i < line->count; i++)
        is_taken = is_taken || line->rows[i].row->letter == row->letter;
    return !row->name ? 0 : is_taken ? FIRST_KEY + line->count : row->letter;
}

static void add_row(Line *line, const Option *row, char *place) {
    int key = key_of(line, row), i = line->count++;
    require(i < MOST_ROWS, "a program has more than %d options; raise MOST_ROWS", MOST_ROWS);
    line->rows[i] = (PlacedRow){row, place};
    line->list[i] =
        (struct argp_option){.name = row->name,
                             .key = key,
                             .arg = row->argument,
                             .flags = row->value.read == option_read_bool ? OPTION_ARG_OPTIONAL : 0,
                             .doc = row->help,
                             .group = line->group};
}

static bool is_end(const Option *row) {
    return !row->name && !row->help && !row->value.read && !row->value.rows;
}

static void add_rows(Line *line, const Option *row, char *options) {
    for (; !is_end(row); row++) {
        char *place = options + row->value.place;
        if (row->value.rows)
            add_rows(line, row->value.rows, place);
        else if (row->value.read && !row->name)
            line->words = (PlacedRow){row, place};
        else {
            line->group += !row->name; /* a title */
            if (*row->help)
                add_row(line, row, place);
        }
    }
}

static void read_value(const Line *line, PlacedRow placed, const char *text) {
    const Option *row = placed.row;
    char option[NAME_TEXT];
    snprintf(option, sizeof option, "--%s", row->name ? row->name : "");
    if (row->value.is_first == line->reads_first)
        row->value.read(&(OptionGiven){&row->value, option, text, placed.place});
}

static error_t parse(int key, char *text, struct argp_state *state) {
    const Line *line = state->input;
    if (key == ARGP_KEY_ARG) {
        if (line->words.row)
            read_value(line, line->words, text);
        else
            argp_error(state, "%s is not an option; options begin with --", text);
        return 0;
    }
    for (int i = 0; i < line->count; i++)
        if (key == line->list[i].key) {
            read_value(line, line->rows[i], text);
            return 0;
        }
    return ARGP_ERR_UNKNOWN;
}

static char **command_words; /* of the program; ends with NULL */

void options_read(const Option *rows, const char *about, int argc, char **argv, void *options) {
    int most = options_threads_chosen() ? most_threads() : allowed_processors();
    if (omp_get_max_threads() > most) /* OMP_NUM_THREADS may say anything */
        omp_set_num_threads(most);
    Line line = {.reads_first = true};
    command_words = argv;
    add_rows(&line, rows, options);
    const struct argp parser = {.options = line.list,
                                .parser = parse,
                                .args_doc = line.words.row ? line.words.row->argument : NULL,
                                .doc = about};
    argp_parse(&parser, argc, argv, ARGP_SILENT, NULL, &line); /* mistakes are told below */
    line.reads_first = false;
    argp_parse(&parser, argc, argv, 0, NULL, &line);
}

const char *options_quoted(Arena *arena, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=+,.:/@%";
    if (*word && !word[strspn(word, plain)])
        return word;
    const char *text = "";
    for (; *word; word++)
        text = arena_printf(arena, *word == '\'' ? "%s'\\'%c" : "%s%c", text, *word);
    return arena_printf(arena, "'%s'", text);
}

/* How many words an option takes: "--name value", "--name=value", its name perhaps cut short; 0 if
 * it is another. */
static int words_of(const char *word, const char *option) {
    size_t length = strncmp(word, "--", 2) == 0 ? strcspn(word + 2, "=") : 0;
    if (length == 0 || strncmp(word + 2, option, length) != 0)
        return 0;
    return word[2 + length] ? 1 : 2;
}

const char *options_command(Arena *arena, const char *without) {
    const char *text = options_quoted(arena, command_words[0]);
    for (char **word = command_words + 1; *word; word++) {
        int skipped = words_of(*word, without);
        if (skipped == 0)
            text = arena_printf(arena, "%s %s", text, options_quoted(arena, *word));
        word += skipped == 2 && word[1];
    }
    return text;
}
