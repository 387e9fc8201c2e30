/* Command lines: what every program of the course takes, and how values are read.
 *
 * A program hangs common_options_argp into its own parser (argp's children) and hands it a
 * CommonOptions in ARGP_KEY_INIT. A value that cannot be used ends the program with one line that
 * names the option, the value and what is allowed. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <argp.h>
#include <stdint.h>

typedef struct CommonOptions {
    uint64_t seed; /* of everything random */
    int threads;   /* OpenMP's own choice if 0 */
} CommonOptions;

/* --seed and --threads. Threads are set as soon as the option is read. */
extern const struct argp common_options_argp;

/* The text as a whole number from least to most; option is named in the message: "--layers". */
int64_t option_integer(const char *option, const char *text, int64_t least, int64_t most);

/* The text as a finite number from least to most. */
double option_number(const char *option, const char *text, double least, double most);

/* The text's place in the list of names, which ends with NULL. */
int option_choice(const char *option, const char *text, const char *const *names);

#endif
