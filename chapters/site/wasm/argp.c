#include <argp.h>

#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 80, USAGE_STATUS = 64, HELP_KEY = 1, MISTAKE = '?', HELP_COLUMN = 32 };

static bool is_end(const struct argp_option *option) {
    return !option->name && !option->doc;
}

void argp_error(const struct argp_state *state, const char *format, ...) {
    va_list values;
    va_start(values, format);
    fprintf(stderr, "%s: ", state->name);
    vfprintf(stderr, format, values);
    fprintf(stderr, "\nTry `%s --help' for more information.\n", state->name);
    va_end(values);
    exit(USAGE_STATUS);
}

static void print_help(const struct argp *argp, const char *name) {
    printf("Usage: %s [OPTION...] %s\n%s\n", name, argp->args_doc ? argp->args_doc : "", argp->doc);
    for (const struct argp_option *option = argp->options; !is_end(option); option++) {
        if (!option->name) {
            printf("\n %s\n", option->doc);
            continue;
        }
        bool may_lack = option->flags & OPTION_ARG_OPTIONAL;
        int length = option->key <= 'z' ? printf("  -%c, ", option->key) : printf("      ");
        length += printf("--%s", option->name);
        if (option->arg)
            length += printf(may_lack ? "[=%s]" : "=%s", option->arg);
        printf("%*s %s\n", length < HELP_COLUMN ? HELP_COLUMN - length : 0, "", option->doc);
    }
}

/* The options as getopt_long wants them, the letters as getopt does. */
static void list_options(const struct argp *argp, struct option *list, char *letters) {
    for (const struct argp_option *option = argp->options; !is_end(option); option++) {
        if (!option->name)
            continue;
        int takes = !option->arg                          ? no_argument
                    : option->flags & OPTION_ARG_OPTIONAL ? optional_argument
                                                          : required_argument;
        *list++ = (struct option){option->name, takes, NULL, option->key};
        if (option->key > 'z')
            continue;
        *letters++ = (char)option->key;
        for (int i = 0; i < takes; i++)
            *letters++ = ':';
    }
    *list++ = (struct option){"help", no_argument, NULL, HELP_KEY};
}

error_t argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags, int *index,
                   void *input) {
    (void)index;
    struct option list[MOST] = {0};
    char letters[3 * MOST] = "";
    list_options(argp, list, letters);
    struct argp_state state = {argv[0], input};
    bool silent = flags & ARGP_SILENT;
    optind = 1;
    opterr = !silent;
    for (int key; (key = getopt_long(argc, argv, letters, list, NULL)) != -1;) {
        if (key != HELP_KEY && key != MISTAKE)
            argp->parser(key, optarg, &state);
        else if (!silent && key == MISTAKE) /* getopt has said which */
            exit(USAGE_STATUS);
        else if (!silent) {
            print_help(argp, argv[0]);
            exit(EXIT_SUCCESS);
        }
    }
    while (optind < argc)
        argp->parser(ARGP_KEY_ARG, argv[optind++], &state);
    return 0;
}
