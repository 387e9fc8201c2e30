/* As much of glibc's argp as base/options.c uses, over getopt_long. */
#ifndef ARGP_H
#define ARGP_H

#include <stdio.h>

struct argp_state;
typedef int error_t;

struct argp_option {
    const char *name;
    int key; /* a letter, or a number beyond all letters; 0: a title */
    const char *arg;
    int flags;
    const char *doc;
    int group;
};

struct argp {
    const struct argp_option *options; /* end with one that has neither name nor doc */
    error_t (*parser)(int key, char *text, struct argp_state *state);
    const char *args_doc, *doc;
};

struct argp_state {
    const char *name;
    void *input;
};

enum { OPTION_ARG_OPTIONAL = 1 };
enum { ARGP_SILENT = 1 }; /* of mistakes and --help nothing is said, and the program goes on */
enum { ARGP_KEY_ARG = 0, ARGP_ERR_UNKNOWN = 7 };

error_t argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags, int *index,
                   void *input);

/* Ends the program with exit status 64. */
_Noreturn void argp_error(const struct argp_state *state, const char *format, ...);

#endif
