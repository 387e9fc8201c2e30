/* Grades the exercises. Run through make, from the repository's root; see grade.mk. */
#include "calibrate.h"
#include "class.h"
#include "class_report.h"
#include "files.h"
#include "hint.h"
#include "picture.h"
#include "prove.h"
#include "report.h"
#include "sandbox.h"

#include "base/error.h"
#include "base/options.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>

typedef struct Arguments {
    Settings settings;
    const char *chapter, *function;
    bool pictures;
    bool hint, current, banner, prove; /* instead of the table */
    const char *symbols;
    const char *class_folder; /* NULL, or instead of the table */
    const char *csv, *report;
} Arguments;

static const Option rows[] = {
    {"build", 0, "DIR", TEXT_AT(Arguments, settings.build),
     "where objects and libraries are (build)"},
    {"exercises", 0, "DIR", TEXT_AT(Arguments, settings.exercises),
     "the folder to grade (exercises)"},
    {"out", 0, "DIR", TEXT_AT(Arguments, settings.out), "where the grading goes (build/grade)"},
    {"chapter", 0, "NN", TEXT_AT(Arguments, chapter), "only this chapter, with every test named"},
    {"function", 0, "NAME", TEXT_AT(Arguments, function),
     "only this function: for hints and proofs"},
    {"pictures", 0, NULL, FLAG_AT(Arguments, pictures), "draw failed comparisons"},
    {"tap", 0, NULL, FLAG_AT(Arguments, settings.reports_tap),
     "leave Check's TAP reports beside the grading"},
    {"xml", 0, NULL, FLAG_AT(Arguments, settings.reports_xml),
     "leave Check's XML reports beside the grading"},
    OPTION_GROUP(""),
    {"hint", 0, NULL, FLAG_AT(Arguments, hint), "instead of the table: one hint more"},
    {"current", 0, NULL, FLAG_AT(Arguments, current),
     "... the chapter's first function that is not done"},
    {"banner", 0, NULL, FLAG_AT(Arguments, banner),
     "... how many of a program's functions are the student's"},
    {"symbols", 0, "FILE", TEXT_AT(Arguments, symbols), "what nm lists of the banner's program"},
    {"class", 0, "DIR", TEXT_AT(Arguments, class_folder), "... grade a folder of submissions"},
    {"csv", 0, "FILE", TEXT_AT(Arguments, csv), "the class's marks (class.csv)"},
    {"report", 0, "FILE", TEXT_AT(Arguments, report),
     "or a page of them, with a page for each student"},
    {"prove", 0, NULL, FLAG_AT(Arguments, prove),
     "... prove that stubs and wrong answers fail and solutions pass"},
    {0}};

static const char *environment(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static Arguments read_arguments(int argc, char **argv) {
    Arguments arguments = {.settings = {.build = "build", .exercises = "exercises"},
                           .csv = "class.csv"};
    Settings *settings = &arguments.settings;
    options_read(rows, "Grades the exercises of the course.", argc, argv, &arguments);
    if (!settings->out)
        settings->out = text_of("%s/grade", settings->build);
    settings->compiler = environment("GRADE_CC", "gcc");
    settings->flags = environment("GRADE_CFLAGS", "-std=gnu17 -O1 -g -Wall -Icommon");
    settings->libraries = environment("GRADE_LIBS", "-lcheck -ljansson -lm");
    settings->force = settings->reports_tap || settings->reports_xml;
    const char *scale = getenv("GRADE_LIMIT_SCALE"); /* for tests that must be quick */
    settings->limit_scale = scale ? atof(scale) : calibrate();
    settings->retry = scale && settings->limit_scale > 1;
    require(is_directory(settings->exercises), "%s: there is no such folder", settings->exercises);
    require(!arguments.banner || arguments.chapter, "--banner: give the program's --chapter, too");
    require(!arguments.function || exercise_find(arguments.function),
            "%s: there is no exercise of this name; `make check` lists them", arguments.function);
    for (int e = 0; arguments.chapter && !exercise_in_chapter(&exercises[e], arguments.chapter);)
        require(++e < num_exercises, "chapter %s has no exercises; `make check` lists them",
                arguments.chapter);
    return arguments;
}

/* One grading at a time writes to the build's folder: another waits until the lock is gone, which
 * goes with its process. */
static void wait_for_lock(const char *build) {
    const char *path = text_of("%s/grade.lock", build);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    require(lock >= 0 && flock(lock, LOCK_EX) == 0, "%s: cannot be locked", path);
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

static int check(const Arguments *arguments, Result *results) {
    if (arguments->chapter)
        results_add_tests(&arguments->settings, results, arguments->chapter);
    report_print(results, arguments->chapter);
    if (arguments->pictures)
        pictures_draw(&arguments->settings, results, arguments->chapter);
    return report_falls_short(results, arguments->chapter) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void grade_class(const Arguments *arguments) {
    require(is_directory(arguments->class_folder),
            "%s: there is no such folder; give DIR=folder with one folder for each submission",
            arguments->class_folder);
    if (arguments->report)
        class_report_folder(arguments->report); /* or its errors would come after an hour's work */
    Class class = class_grade(&arguments->settings, arguments->class_folder);
    const char *path = arguments->report ? arguments->report : arguments->csv;
    if (arguments->report)
        class_report(&class, path);
    else
        class_write_csv(&class, path);
    printf("%d submissions: %s; the details of each: %s/class/<name>.json\n", class.count, path,
           arguments->settings.build);
}

int main(int argc, char **argv) {
    exercises_read();
    Arguments arguments = read_arguments(argc, argv);
    const Settings *settings = &arguments.settings;
    wait_for_lock(settings->build);
    if (arguments.prove) /* the course's own answers need no sandbox */
        return prove_exercises(settings, arguments.function) ? EXIT_SUCCESS : EXIT_FAILURE;
    arguments.settings.sandbox = sandbox_works(settings->build, settings->compiler);
    if (arguments.class_folder) {
        grade_class(&arguments);
        return EXIT_SUCCESS;
    }

    Result *results = results_of(settings);
    results_write(settings, results);
    if (arguments.hint)
        give_hint(&arguments, results);
    else if (arguments.current)
        print_current(&arguments, results);
    else if (arguments.banner)
        report_banner(results, arguments.symbols, arguments.chapter);
    else
        return check(&arguments, results);
    return EXIT_SUCCESS;
}
