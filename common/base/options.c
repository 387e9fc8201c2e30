#include "base/options.h"

#include <errno.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { MOST_THREADS = 1024, CHOICES_TEXT = 256 };

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

double option_number(const char *option, const char *text, double least, double most) {
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

static const struct argp_option options[] = {
    {"seed", 's', "N", 0, "seed of everything random (default 1)", 0},
    {"threads", 't', "N", 0, "number of threads (default: one for each processor)", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    CommonOptions *common = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *common = (CommonOptions){.seed = 1};
        return 0;
    case 's':
        common->seed = (uint64_t)option_integer("--seed", text, 0, INT64_MAX);
        return 0;
    case 't':
        common->threads = (int)option_integer("--threads", text, 1, MOST_THREADS);
        omp_set_num_threads(common->threads);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "%s is not an option; options begin with --", text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp common_options_argp = {.options = options, .parser = parse};
