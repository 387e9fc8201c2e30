/* Command lines. A program's options are the rows of a table, and each option is named once:
 *
 *     typedef struct Options {
 *         uint64_t seed;
 *         int batch;
 *         bool run;
 *     } Options;
 *
 *     static const Option rows[] = {
 *         {"batch", 'b', "N", INTEGER_AT(Options, batch, 1, 64), "number of images (default 1)"},
 *         {"run", 'r', NULL, FLAG_AT(Options, run), "run an image through"},
 *         ROWS_AT(Options, seed, common_rows),
 *         {0}};
 *
 *     Options options = {.seed = 1, .batch = 1};
 *     options_read(rows, "What the program does.", argc, argv, &options);
 *
 * argp lays out --help, knows abbreviations, and ends the program at an option that is not there. A
 * value that cannot be used ends the program with one line that names the option, the value and
 * what is allowed. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

struct OptionGiven;
typedef void OptionReader(const struct OptionGiven *given);

/* How an option's value is read, and where it goes; the macros below make it. */
typedef struct OptionValue {
    OptionReader *read;
    size_t place;              /* in the program's options, in bytes */
    double least, most;        /* of numbers */
    const char *const *names;  /* of a choice; the last one is NULL */
    bool is_first;             /* see READ_FIRST_AT() */
    const struct Option *rows; /* instead of an option: the rows of another table */
} OptionValue;

/* A row. A table ends with {0}. */
typedef struct Option {
    const char *name;     /* "batch" for --batch */
    char letter;          /* 'b' for -b as well, if no row before has it; 0: none */
    const char *argument; /* what --help calls the value; NULL: there is none */
    OptionValue value;
    const char *help;
} Option;

/* What a reader gets. */
typedef struct OptionGiven {
    const OptionValue *value;
    const char *option; /* "--batch" */
    const char *text;   /* "64"; NULL: none */
    void *place;
} OptionGiven;

OptionReader option_read_integer, option_read_number, option_read_choice, option_read_bool,
    option_read_text;

/* The place of a field. A field of another type does not compile. */
#define OPTION_PLACE(type, field, field_type)                                                      \
    _Generic(((type *)0)->field, field_type : offsetof(type, field))
#define OPTION_VALUE(reader, field_place, ...)                                                     \
    { .read = (reader), .place = (field_place), __VA_ARGS__ }

/* A whole number from lowest to highest, into an int. */
#define INTEGER_AT(type, field, lowest, highest)                                                   \
    OPTION_VALUE(option_read_integer, OPTION_PLACE(type, field, int), .least = (lowest),           \
                 .most = (highest))

/* A finite number from lowest to highest, into a float. */
#define NUMBER_AT(type, field, lowest, highest)                                                    \
    OPTION_VALUE(option_read_number, OPTION_PLACE(type, field, float), .least = (lowest),          \
                 .most = (highest))

/* One of the names of a list that ends with NULL: its place in the list, into an int or an enum. */
#define CHOICE_AT(type, field, list)                                                               \
    OPTION_VALUE(option_read_choice,                                                               \
                 (_Generic(((type *)0)->field, int : 0, unsigned : 0) + offsetof(type, field)),    \
                 .names = (list))

/* true, into a bool. If the row has the argument "yes|no", false at --name=no. */
#define FLAG_AT(type, field) OPTION_VALUE(option_read_bool, OPTION_PLACE(type, field, bool), )

/* The text as it is, into a const char *. */
#define TEXT_AT(type, field)                                                                       \
    OPTION_VALUE(option_read_text, OPTION_PLACE(type, field, const char *), )

/* What a function makes of the text. Its place is that of all options, or of a field. */
#define READ(function) OPTION_VALUE(function, 0, )
#define READ_AT(type, field, function) OPTION_VALUE(function, offsetof(type, field), )

/* The same, but before all other options, wherever it stands on the line: for one that sets what
 * the others change. */
#define READ_FIRST_AT(type, field, function)                                                       \
    OPTION_VALUE(function, offsetof(type, field), .is_first = true)

/* Instead of a row: the rows of another table, for the same options or for a part of them. */
#define ROWS(table) OPTION_ROW(.value = {.rows = (table)})
#define ROWS_AT(type, field, table)                                                                \
    OPTION_ROW(.value = {.rows = (table), .place = offsetof(type, field)})

/* Instead of a row: in --help, the title of the rows that follow; "" if they have none. */
#define OPTION_GROUP(title) OPTION_ROW(.help = (title))
#define OPTION_ROW(...)                                                                            \
    { __VA_ARGS__ }

/* Reads the command line into the program's options, which hold the defaults. A row without a name
 * reads the words that are no options; its argument is what --help calls them. */
void options_read(const Option *rows, const char *about, int argc, char **argv, void *options);

/* The command line that options_read() read, without the option that is called `without`, as a
 * shell would take it. */
const char *options_command(Arena *arena, const char *without);

/* A word as a shell would take it. */
const char *options_quoted(Arena *arena, const char *word);

/* --seed, into a uint64_t, and --threads. */
extern const Option common_rows[];

/* --threads alone, which goes nowhere: OpenMP is told at once. */
extern const Option thread_rows[];

/* Whether the user said how many, by --threads or OMP_NUM_THREADS. */
bool options_threads_chosen(void);

/* For readers. The text as a whole number from least to most; option is named in the message. */
int64_t option_integer(const char *option, const char *text, int64_t least, int64_t most);

/* The text's place in the list of names, which ends with NULL. */
int option_choice(const char *option, const char *text, const char *const *names);

#endif
