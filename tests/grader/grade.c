/* From a source file to a verdict. */
#include "grade.h"

#include "base/memory.h"
#include "base/output_file.h"
#include "command.h"
#include "files.h"
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMPILE_SECONDS = 60, TESTS_SECONDS = 600, LOG_LINES = 12 };

static const char *in(const Answer *answer, const char *name) {
    return text_of("%s/%s", answer->directory, name);
}

static const char *solution_object(const Settings *settings, const Exercise *exercise) {
    return text_of("%s/obj/solutions/%s/%s.o", settings->build, exercise->chapter,
                   exercise->function);
}

static const char *test_object(const Settings *settings, const Exercise *exercise) {
    return text_of("%s/obj/tests/exercises/test_%s.o", settings->build, exercise->function);
}

double grade_inputs_time(const Settings *settings, const Exercise *exercise) {
    double newest = file_time(test_object(settings, exercise));
    const char *others[] = {
        text_of("%s/libcommon.a", settings->build), text_of("%s/libharness.a", settings->build),
        text_of("%s/libsolutions.a", settings->build), text_of("%s/grader", settings->build)};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (file_time(others[i]) > newest)
            newest = file_time(others[i]);
    return newest;
}

/* The source must be compiled under the name that the student knows, so the copy is for
 * comparisons alone. */
static bool compile(const Settings *settings, const Answer *answer, Verdict *verdict) {
    Command command = {0};
    command_add(&command, settings->compiler);
    command_add_words(&command, settings->flags);
    command_add(&command, "-c");
    command_add(&command, answer->source);
    command_add(&command, "-o");
    command_add(&command, in(answer, "answer.o"));
    const char *log = in(answer, "compile.log");
    int status = command_run(&command, log, COMPILE_SECONDS);
    verdict->warnings = file_head(log, LOG_LINES);
    if (status == 0)
        return true;
    verdict->status = STATUS_NOT_COMPILED;
    verdict->message =
        status == COMMAND_TIMED_OUT ? "The compiler did not come to an end." : verdict->warnings;
    return false;
}

/* The object must define the exercise's function, and nothing else that others could see. */
static bool has_its_symbol(const Answer *answer, Verdict *verdict) {
    Command command = {0};
    command_add_words(&command, "nm -P -g --defined-only");
    command_add(&command, in(answer, "answer.o"));
    const char *log = in(answer, "symbols.log");
    command_run(&command, log, COMPILE_SECONDS);

    const char *function = answer->exercise->function;
    bool defined = false;
    const char *other = NULL;
    for (const char *line = file_text(log, NULL); line && *line;) {
        size_t length = strcspn(line, " \n");
        const char *symbol = text_of("%.*s", (int)length, line);
        if (strcmp(symbol, function) == 0 && strncmp(line + length, " T", 2) == 0)
            defined = true;
        else
            other = symbol;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    if (defined && !other)
        return true;
    verdict->status = STATUS_NOT_COMPILED;
    verdict->message =
        defined ? text_of("%s also defines %s. Write `static` before it: other files must not see "
                          "your helpers.",
                          answer->source, other)
                : text_of("%s does not define the function %s; is its name spelled so?",
                          answer->source, function);
    return false;
}

static bool link_program(const Settings *settings, const Answer *answer, Verdict *verdict) {
    Command command = {0};
    command_add(&command, settings->compiler);
    command_add_words(&command, "-no-pie -fopenmp");
    command_add(&command, test_object(settings, answer->exercise));
    command_add(&command, in(answer, "answer.o"));
    for (int e = 0; e < num_exercises; e++)
        if (&exercises[e] != answer->exercise)
            command_add(&command, solution_object(settings, &exercises[e]));
    command_add(&command, text_of("%s/libharness.a", settings->build));
    command_add(&command, text_of("%s/libcommon.a", settings->build));
    command_add_words(&command, settings->libraries);
    command_add(&command, "-o");
    command_add(&command, in(answer, "program"));
    const char *log = in(answer, "link.log");
    if (command_run(&command, log, COMPILE_SECONDS) == 0)
        return true;
    verdict->status = STATUS_NOT_COMPILED;
    const char *text = file_head(log, LOG_LINES);
    const char *missing = strstr(text, "undefined reference to ");
    verdict->message = missing ? text_of("It compiles, but uses what does not exist: %.*s.",
                                         (int)strcspn(missing, "\n"), missing)
                               : text;
    return false;
}

static void request_reports(const Settings *settings, const Exercise *exercise) {
    if (settings->reports_tap)
        setenv("GRADE_TAP", text_of("%s/%s.tap", settings->out, exercise->function), 1);
    if (settings->reports_xml)
        setenv("GRADE_XML", text_of("%s/%s.xml", settings->out, exercise->function), 1);
}

static void run_tests(const Settings *settings, const Answer *answer, Verdict *verdict) {
    request_reports(settings, answer->exercise);
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv("CK_TIMEOUT_MULTIPLIER", text_of("%.2f", settings->limit_scale), 1);
    Command command = {0};
    command_add(&command,
                text_of("%s%s", answer->directory[0] == '/' ? "" : "./", in(answer, "program")));
    command_add(&command, answer->directory);
    int status = command_run(&command, in(answer, "run.log"), TESTS_SECONDS);

    json_t *tests = status == 0 ? json_load_file(in(answer, "tests.json"), 0, NULL) : NULL;
    if (!tests) {
        verdict->status = status == COMMAND_TIMED_OUT ? STATUS_TIMED_OUT : STATUS_CRASHED;
        verdict->message = text_of("The tests did not come to their end (%s).",
                                   status == COMMAND_TIMED_OUT ? "time limit" : "stopped");
        return;
    }
    places_add(tests, in(answer, "program"), answer->source);
    json_t *whole = json_pack("{ss ss ss so}", "status", "done", "message", "", "warnings",
                              verdict->warnings, "tests", tests);
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

static void judge(const Settings *settings, const Answer *answer, Verdict *verdict) {
    if (!file_exists(answer->source)) {
        verdict->status = STATUS_TO_DO;
        verdict->message = text_of("%s is missing; `make reset-%.2s` brings the stub back.",
                                   answer->source, answer->exercise->chapter);
    } else if (!settings->grade_stubs && is_stub(settings, answer)) {
        verdict->status = STATUS_TO_DO;
    } else if (compile(settings, answer, verdict) && has_its_symbol(answer, verdict) &&
               link_program(settings, answer, verdict)) {
        run_tests(settings, answer, verdict);
        judge_tests(verdict);
    }
}

void grade_answer(const Settings *settings, const Answer *answer) {
    output_make_directory(answer->directory);
    for (const char *const *name = directory_names(answer->directory, ""); *name; name++)
        unlink(in(answer, *name));
    size_t size = 0;
    const char *source = file_text(answer->source, &size);
    if (source)
        file_write(in(answer, "answer.c"), source, size);

    Verdict verdict = {.message = "", .warnings = ""};
    judge(settings, answer, &verdict);
    json_t *json = verdict_json(&verdict);
    char *text = json_dumps(json, JSON_INDENT(1));
    file_write(in(answer, "verdict.json"), text, strlen(text));
    free(text);
    json_decref(json);
}
