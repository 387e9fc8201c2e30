/* From a source file to a verdict. */
#include "grade.h"

#include "base/output_file.h"
#include "command.h"
#include "files.h"
#include "object.h"
#include "place.h"
#include "rules.h"
#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINK_SECONDS = 300, TESTS_SECONDS = 600, LOG_LINES = 12, MOST_BYTES = 1 << 20 };

static const char *solution_object(const Settings *settings, const Exercise *exercise) {
    return text_of("%s/obj/solutions/%s/%s.o", settings->build, exercise->chapter,
                   exercise->function);
}

static const char *test_object(const Settings *settings, const Exercise *exercise) {
    return text_of("%s/obj/tests/exercises/test_%s.o", settings->build, exercise->function);
}

double grade_inputs_time(const Settings *settings, const Exercise *exercise) {
    double newest = file_time(test_object(settings, exercise));
    const char *others[] = {text_of("%s/libcommon.a", settings->build),
                            text_of("%s/libharness.a", settings->build),
                            text_of("%s/libsolutions.a", settings->build),
                            text_of("%s/grader", settings->build), rules_table};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (file_time(others[i]) > newest)
            newest = file_time(others[i]);
    return newest;
}

static bool link_program(const Settings *settings, const Answer *answer, Verdict *verdict) {
    Command command = {0};
    command_add(&command, settings->compiler);
    command_add_words(&command, "-no-pie -fopenmp");
    command_add(&command, test_object(settings, answer->exercise));
    command_add(&command, in_directory(answer, "answer.o"));
    for (int e = 0; e < num_exercises; e++)
        if (&exercises[e] != answer->exercise)
            command_add(&command, solution_object(settings, &exercises[e]));
    command_add(&command, text_of("%s/libharness.a", settings->build));
    command_add(&command, text_of("%s/libcommon.a", settings->build));
    command_add_words(&command, settings->libraries);
    command_add(&command, "-o");
    command_add(&command, in_directory(answer, "program"));
    const char *log = in_directory(answer, "link.log");
    if (command_run(&command, log, LINK_SECONDS) == 0)
        return true;
    verdict->status = STATUS_NOT_COMPILED;
    const char *text = file_head(log, LOG_LINES);
    if (!*text)
        text = "Its tests could not be linked: the linker was stopped.";
    const char *missing = strstr(text, "undefined reference to ");
    verdict->message = missing
                           ? text_of("It compiles, but uses what does not exist: %.*s. (If it is "
                                     "an inline function of yours: write static inline.)",
                                     (int)strcspn(missing, "\n"), missing)
                           : text;
    return false;
}

/* Check's own reports are written beside the records; the grader puts them where they belong. */
static void request_reports(const Settings *settings, const Answer *answer) {
    if (settings->reports_tap)
        setenv("GRADE_TAP", in_directory(answer, "tap"), 1);
    if (settings->reports_xml)
        setenv("GRADE_XML", in_directory(answer, "xml"), 1);
}

static void move_reports(const Settings *settings, const Answer *answer) {
    static const char *const kinds[] = {"tap", "xml"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        rename(in_directory(answer, kinds[i]),
               text_of("%s/%s.%s", settings->out, answer->exercise->function, kinds[i]));
}

static void run_tests(const Settings *settings, const Answer *answer, Verdict *verdict) {
    request_reports(settings, answer);
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv("CK_TIMEOUT_MULTIPLIER", text_of("%.2f", settings->limit_scale), 1);
    Command command = {0};
    if (settings->sandbox)
        sandbox_begin(&command, answer->directory);
    command_add(&command, text_of("%s%s", answer->directory[0] == '/' ? "" : "./",
                                  in_directory(answer, "program")));
    command_add(&command, answer->directory);
    int status = command_run(&command, in_directory(answer, "run.log"), TESTS_SECONDS);
    move_reports(settings, answer);
    json_t *tests =
        status == 0 ? json_load_file(in_directory(answer, "tests.json"), 0, NULL) : NULL;
    if (!tests) {
        verdict->status = status == COMMAND_TIMED_OUT ? STATUS_TIMED_OUT : STATUS_CRASHED;
        verdict->message = text_of("The tests did not come to their end (%s).",
                                   status == COMMAND_TIMED_OUT ? "time limit" : "stopped");
        return;
    }
    places_add(tests, in_directory(answer, "program"), answer->source);
    json_t *whole = json_pack("{ss ss so so}", "status", "done", "message", "", "warnings",
                              text_json(verdict->warnings), "tests", tests);
    *verdict = verdict_from_json(whole);
    json_decref(whole);
}

/* The first failed test says what the answer is. */
static void judge_tests(Verdict *verdict) {
    const TestVerdict *failed = verdict_first_failed(verdict);
    if (!failed)
        return;
    verdict->message = failed->message;
    verdict->status = status_of_kind(failed->kind);
}

static bool is_stub(const Settings *settings, const Answer *answer) {
    return files_equal(answer->source,
                       text_of("%s/stubs/%s/%s.c", settings->build, answer->exercise->chapter,
                               answer->exercise->function));
}

/* What is no plain file in a folder could lead to a solution, to another's answer or nowhere; NULL
 * if it is one. */
static const char *why_not_plain(const char *source) {
    const char *folder = text_of("%.*s", (int)(strrchr(source, '/') - source), source);
    struct stat file, parent;
    if (lstat(source, &file) != 0 || lstat(folder, &parent) != 0 || !S_ISREG(file.st_mode) ||
        !S_ISDIR(parent.st_mode))
        return text_of("%s is no plain file in a plain folder (but a link, a folder, a pipe or a "
                       "device).",
                       source);
    if (file.st_size > MOST_BYTES)
        return text_of("%s is larger than a megabyte.", source);
    return NULL;
}

static void judge(const Settings *settings, const Answer *answer, Verdict *verdict) {
    if (!file_exists(answer->source)) {
        verdict->status = STATUS_TO_DO;
        verdict->message = text_of("%s is missing; `make reset-%.2s` brings the stub back.",
                                   answer->source, answer->exercise->chapter);
    } else if (why_not_plain(answer->source)) {
        verdict->status = STATUS_NOT_COMPILED;
        verdict->message = why_not_plain(answer->source);
    } else if (!settings->grade_stubs && is_stub(settings, answer)) {
        verdict->status = STATUS_TO_DO;
    } else if (object_make(settings, answer, verdict) && link_program(settings, answer, verdict) &&
               object_calls_allowed(answer, verdict)) {
        run_tests(settings, answer, verdict);
        judge_tests(verdict);
    }
}

void grade_answer(const Settings *settings, const Answer *answer) {
    output_make_directory(answer->directory);
    for (const char *const *name = directory_names(answer->directory, ""); *name; name++)
        unlink(in_directory(answer, *name));
    size_t size = 0;
    const char *source = why_not_plain(answer->source) ? NULL : file_text(answer->source, &size);
    if (source)
        file_write(in_directory(answer, "answer.c"), source, size);

    Verdict verdict = {.message = "", .warnings = ""};
    judge(settings, answer, &verdict);
    json_t *json = verdict_json(&verdict);
    char *text = json_dumps(json, JSON_INDENT(1));
    file_write(in_directory(answer, "verdict.json"), text, strlen(text));
    free(text);
    json_decref(json);
}
