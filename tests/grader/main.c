/* Grades the exercises. Run through make, from the repository's root; see grade.mk. */
#include "calibrate.h"
#include "class.h"
#include "files.h"
#include "hint.h"
#include "picture.h"
#include "prove.h"
#include "report.h"

#include "base/error.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

typedef enum Task { CHECK, HINT, CURRENT, BANNER, CLASS, PROVE } Task;

typedef struct Arguments {
    Settings settings;
    Task task;
    const char *chapter, *function;
    const char *class_folder, *csv;
    bool pictures;
} Arguments;

enum { BUILD = 256, EXERCISES, OUT, CHAPTER, FUNCTION, CSV, PICTURES, TAP, XML, TASKS };

static const struct argp_option options[] = {
    {"build", BUILD, "DIR", 0, "where objects and libraries are (build)", 1},
    {"exercises", EXERCISES, "DIR", 0, "the folder to grade (exercises)", 1},
    {"out", OUT, "DIR", 0, "where the grading goes (build/grade)", 1},
    {"chapter", CHAPTER, "NN", 0, "only this chapter, with every test named", 1},
    {"function", FUNCTION, "NAME", 0, "only this function: for hints and proofs", 1},
    {"pictures", PICTURES, NULL, 0, "draw failed comparisons", 1},
    {"tap", TAP, NULL, 0, "leave Check's TAP reports beside the grading", 1},
    {"xml", XML, NULL, 0, "leave Check's XML reports beside the grading", 1},
    {"hint", TASKS + HINT, NULL, 0, "instead of the table: the next hint", 2},
    {"current", TASKS + CURRENT, NULL, 0, "... the chapter's first function that is not done", 2},
    {"banner", TASKS + BANNER, NULL, 0, "... how many functions are the student's", 2},
    {"class", TASKS + CLASS, "DIR", 0, "... grade a folder of submissions", 2},
    {"csv", CSV, "FILE", 0, "the class's marks (class.csv)", 2},
    {"prove", TASKS + PROVE, NULL, 0,
     "... prove that stubs and wrong answers fail and solutions pass", 2},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
    Arguments *arguments = state->input;
    const char **texts[] = {&arguments->settings.build, &arguments->settings.exercises,
                            &arguments->settings.out,   &arguments->chapter,
                            &arguments->function,       &arguments->csv}; /* in the keys' order */
    if (key >= BUILD && key <= CSV)
        *texts[key - BUILD] = value;
    else if (key == PICTURES)
        arguments->pictures = true;
    else if (key == TAP)
        arguments->settings.reports_tap = true;
    else if (key == XML)
        arguments->settings.reports_xml = true;
    else if (key >= TASKS && key <= TASKS + (int)PROVE)
        arguments->task = (Task)(key - TASKS);
    else
        return ARGP_ERR_UNKNOWN;
    if (key == TASKS + CLASS)
        arguments->class_folder = value;
    return 0;
}

static const char *environment(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static Arguments read_arguments(int argc, char **argv) {
    static const struct argp argp = {options, parse, NULL, "Grades the exercises of the course.",
                                     NULL,    NULL,  NULL};
    Arguments arguments = {.settings = {.build = "build", .exercises = "exercises"},
                           .csv = "class.csv"};
    Settings *settings = &arguments.settings;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    if (!settings->out)
        settings->out = text_of("%s/grade", settings->build);
    settings->compiler = environment("GRADE_CC", "gcc");
    settings->flags = environment("GRADE_CFLAGS", "-std=gnu17 -O1 -g -Wall -Icommon");
    settings->libraries = environment("GRADE_LIBS", "-lcheck -ljansson -lm");
    settings->force = settings->reports_tap || settings->reports_xml;
    const char *scale = getenv("GRADE_LIMIT_SCALE"); /* for tests that must be quick */
    settings->limit_scale = scale ? atof(scale) : calibrate();
    require(is_directory(settings->exercises), "%s: there is no such folder", settings->exercises);
    require(!arguments.function || exercise_find(arguments.function),
            "%s: there is no exercise of this name; `make check` lists them", arguments.function);
    for (int e = 0; arguments.chapter && !exercise_in_chapter(&exercises[e], arguments.chapter);)
        require(++e < num_exercises, "chapter %s has no exercises; `make check` lists them",
                arguments.chapter);
    return arguments;
}

/* The function that was asked for, or the chapter's current one. */
static const Exercise *chosen_exercise(const Arguments *arguments, const Result *results) {
    if (arguments->function)
        return exercise_find(arguments->function);
    return current_exercise(results, arguments->chapter);
}

static void give_hint(const Arguments *arguments, const Result *results) {
    const Exercise *exercise = chosen_exercise(arguments, results);
    if (exercise)
        hint_print(&arguments->settings, exercise);
    else
        printf("Every function of chapter %s is done.\n", arguments->chapter);
}

static void print_current(const Arguments *arguments, const Result *results) {
    const Exercise *exercise = chosen_exercise(arguments, results);
    if (exercise)
        printf("%s\n", exercise->function);
}

static int check(const Arguments *arguments, const Result *results) {
    report_print(results, arguments->chapter);
    if (arguments->pictures)
        pictures_draw(&arguments->settings, results, arguments->chapter);
    return report_falls_short(results, arguments->chapter) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    exercises_read();
    Arguments arguments = read_arguments(argc, argv);
    const Settings *settings = &arguments.settings;
    if (arguments.task == PROVE)
        return prove_exercises(settings, arguments.function) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (arguments.task == CLASS) {
        class_grade(settings, arguments.class_folder, arguments.csv);
        return EXIT_SUCCESS;
    }

    Result *results = results_of(settings);
    results_write(settings, results);
    if (arguments.task == HINT)
        give_hint(&arguments, results);
    else if (arguments.task == CURRENT)
        print_current(&arguments, results);
    else if (arguments.task == BANNER)
        report_banner(results);
    else
        return check(&arguments, results);
    return EXIT_SUCCESS;
}
