/* Grades the exercises. Run through make, from the repository's root; see grade.mk. */
#include "calibrate.h"
#include "files.h"
#include "prove.h"
#include "report.h"

#include "base/error.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

typedef struct Arguments {
    Settings settings;
    const char *chapter;
    const char *function;
    bool quiet, prove;
} Arguments;

static const struct argp_option options[] = {
    {"build", 'b', "DIR", 0, "Where objects and libraries are (build)", 0},
    {"chapter", 'c', "NN", 0, "Show this chapter alone, with every test named", 0},
    {"exercises", 'e', "DIR", 0, "The folder to grade (exercises)", 0},
    {"out", 'o', "DIR", 0, "Where the grading goes (build/grade)", 0},
    {"force", 'f', NULL, 0, "Grade again what has not changed", 0},
    {"quiet", 'q', NULL, 0, "Grade, but print nothing", 0},
    {"tap", 't', NULL, 0, "Leave Check's TAP reports beside the grading", 0},
    {"function", 'F', "NAME", 0, "Only this function, where that makes sense", 0},
    {"prove", 'p', NULL, 0, "Prove that stubs and wrong answers fail and solutions pass", 0},
    {"xml", 'x', NULL, 0, "Leave Check's XML reports beside the grading", 0},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
    Arguments *arguments = state->input;
    Settings *settings = &arguments->settings;
    switch (key) {
    case 'b':
        settings->build = value;
        return 0;
    case 'c':
        arguments->chapter = value;
        return 0;
    case 'e':
        settings->exercises = value;
        return 0;
    case 'o':
        settings->out = value;
        return 0;
    case 'f':
        settings->force = true;
        return 0;
    case 'F':
        arguments->function = value;
        return 0;
    case 'p':
        arguments->prove = true;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case 't':
        settings->reports_tap = settings->force = true;
        return 0;
    case 'x':
        settings->reports_xml = settings->force = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const char *environment(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

int main(int argc, char **argv) {
    static const struct argp argp = {options, parse, NULL,
                                     "Grades the exercises of the course.", NULL, NULL, NULL};
    Arguments arguments = {.settings = {.build = "build", .exercises = "exercises"}};
    Settings *settings = &arguments.settings;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    if (!settings->out)
        settings->out = text_of("%s/grade", settings->build);
    settings->compiler = environment("GRADE_CC", "gcc");
    settings->flags = environment("GRADE_CFLAGS", "-std=gnu17 -O1 -g -Wall -Icommon");
    settings->libraries = environment("GRADE_LIBS", "-lcheck -ljansson -lm");
    settings->limit_scale = calibrate();
    require(is_directory(settings->exercises), "%s: there is no such folder", settings->exercises);

    if (arguments.prove)
        return prove_exercises(settings, arguments.function) ? EXIT_SUCCESS : EXIT_FAILURE;
    Result *results = results_of(settings);
    results_write(settings, results);
    if (!arguments.quiet)
        report_print(results, arguments.chapter);
    return report_falls_short(results, arguments.chapter) ? EXIT_FAILURE : EXIT_SUCCESS;
}
