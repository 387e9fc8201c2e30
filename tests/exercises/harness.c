/* The test program of one exercise: runs its tests through Check, each in its own process, and
 * writes what came of them to <directory>/tests.json.
 *
 *     program <directory>
 *
 * Environment: CK_TIMEOUT_MULTIPLIER scales all limits; GRADE_TAP and GRADE_XML name files for
 * Check's own reports. */
#include "harness_internal.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    CPU_SECONDS = 2,   /* of computing, whatever else the machine does */
    WALL_SECONDS = 30, /* by the clock, for what waits without end */
    MEGABYTE = 1 << 20,
    MEMORY_MEGABYTES = 2048,
    STACK_MEGABYTES = 8,
    FILE_MEGABYTES = 8,
    PATH_TEXT = 4096,
    PRINTED_TEXT = 4000,
};

typedef struct TestEntry {
    TTest wrapper; /* Check's entry: runs run_twice() */
    const char *title;
    TFun test; /* what START_TEST made; NULL for a row */
    void (*run_row)(const void *);
    const void *row;
} TestEntry;

static TestEntry entries[MAX_TESTS];
static int num_entries;
static Report *reports[MAX_TESTS]; /* each in pages of its own */
static uint64_t secret;            /* of this run */
static const char *directory;
static double limit_scale = 1;

Report *current_report;
bool second_run;

static const char *path_of(int i, const char *ending) {
    static char path[PATH_TEXT];
    snprintf(path, sizeof path, "%s/%s.%s", directory, entries[i].wrapper.name, ending);
    return path;
}

void fail_test(const char *format, ...) {
    char message[MESSAGE_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    current_report->kind = KIND_WRONG;
    report_message("%s", message);
    fflush(NULL);
    ck_abort_msg("%s", current_report->message);
    abort(); /* ck_abort_msg() does not come back */
}

static void limit(int resource, rlim_t soft) {
    struct rlimit limits = {soft, soft};
    setrlimit(resource, &limits);
}

/* What the function prints goes to a file; what it reads is empty. */
static void redirect(int i) {
    int printed = open(path_of(i, "printed"), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666);
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(printed, STDOUT_FILENO);
    dup2(printed, STDERR_FILENO);
    close(nothing);
    close(printed);
}

/* Once a test ran out of time, the others need not be waited for so long. */
static double patience(void) {
    for (int i = 0; i < num_entries; i++)
        if (reports[i]->kind == KIND_TIMED_OUT)
            return limit_scale / 4;
    return limit_scale;
}

/* A test has its own report alone, and the secret where no name leads to it. */
static uint64_t hide_what_is_not_its_own(int i) {
    uint64_t hidden = secret;
    secret = 0;
    for (int other = 0; other < num_entries; other++)
        if (other != i) {
            munmap(reports[other], sizeof(Report));
            reports[other] = NULL;
        }
    return hidden;
}

static void run_once(const TestEntry *entry) {
    if (entry->run_row)
        entry->run_row(entry->row);
    else
        entry->test(0);
    check_guards();
}

static void run_twice(int i) {
    current_report = reports[i];
    double limits = patience();
    uint64_t end = hide_what_is_not_its_own(i);
    redirect(i);
    records_open(path_of(i, "records"));
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_STACK, (rlim_t)STACK_MEGABYTES * MEGABYTE);
    limit(RLIMIT_AS, (rlim_t)MEMORY_MEGABYTES * MEGABYTE);
    limit(RLIMIT_FSIZE, (rlim_t)FILE_MEGABYTES * MEGABYTE);
    limit(RLIMIT_CPU, (rlim_t)(2 * CPU_SECONDS * limits) + 2); /* for who stops the timers */
    catch_faults(CPU_SECONDS * limits, WALL_SECONDS * limits);
    confine();

    run_once(&entries[i]);
    second_run = true;
    records_rewind();
    run_once(&entries[i]);
    fflush(NULL);
    current_report->end = end;
}

static TestEntry *new_entry(const char *name, const char *file, int line, const char *title) {
    if (num_entries == MAX_TESTS)
        abort();
    reports[num_entries] =
        mmap(NULL, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (reports[num_entries] == MAP_FAILED)
        abort();
    TestEntry *entry = &entries[num_entries++];
    entry->wrapper = (TTest){name, run_twice, file, line};
    entry->title = title;
    return entry;
}

void add_test(const TTest *test, const char *title) {
    new_entry(test->name, test->file, test->line, title)->test = test->fn;
}

void add_case(const char *name, const char *title, void (*run)(const void *row), const void *row) {
    TestEntry *entry = new_entry(name, __FILE__, __LINE__, title);
    entry->run_row = run;
    entry->row = row;
}

static Suite *make_suite(const char *name) {
    exercise_tests();
    Suite *suite = suite_create(name);
    for (int i = 0; i < num_entries; i++) {
        TCase *tcase = tcase_create(entries[i].wrapper.name);
        tcase_set_timeout(tcase, 2 * WALL_SECONDS); /* Check scales it itself */
        tcase_add_loop_test(tcase, &entries[i].wrapper, i, i + 1);
        suite_add_tcase(suite, tcase);
    }
    return suite;
}

/* JSON holds text alone. A message has names that the answer chose. */
static void keep_ascii(char *text) {
    for (; *text; text++)
        if ((*text < ' ' && *text != '\n') || *text > '~')
            *text = '?';
}

static void read_printed(int i, char text[PRINTED_TEXT]) {
    FILE *file = fopen(path_of(i, "printed"), "rb");
    size_t length = 0;
    if (file) {
        length = fread(text, 1, PRINTED_TEXT - 1, file);
        fclose(file);
    }
    for (size_t at = 0; at < length; at++)
        if (text[at] == '\0')
            text[at] = '?';
    text[length] = '\0';
    keep_ascii(text);
}

/* Why the process ended without the harness, as Check says it. */
static void explain_check(Report *report, TestResult *result, char *printed) {
    const char *check = tr_msg(result);
    if (tr_rtype(result) == CK_FAILURE) { /* a ck_assert of the test's */
        report->kind = KIND_WRONG;
        snprintf(report->message, MESSAGE_TEXT, "%s", check);
    } else if (strstr(check, "timeout")) {
        report->kind = KIND_TIMED_OUT;
        snprintf(report->message, MESSAGE_TEXT, "It was still running at the time limit.");
    } else if (strstr(check, "signal")) {
        report->kind = KIND_CRASHED;
        snprintf(report->message, MESSAGE_TEXT, "It was stopped: %s.", check);
    } else
        explain_exit(report, printed);
}

static json_t *report_json(int i, TestResult *result) {
    Report *report = reports[i];
    char printed[PRINTED_TEXT];
    read_printed(i, printed);
    bool passed = report->kind == KIND_OPEN && report->end == secret;
    if (passed || report->kind == KIND_PASSED) /* passed, it may have ended before its return */
        report->kind = passed && tr_rtype(result) == CK_PASS ? KIND_PASSED : KIND_OPEN;
    if (report->kind == KIND_OPEN)
        explain_check(report, result, printed);
    if (report->signal == SIGABRT)
        add_last_words(report, printed);
    keep_ascii(report->message);

    json_t *frames = json_array();
    for (int f = 0; f < report->num_frames; f++)
        json_array_append_new(frames, json_integer((json_int_t)report->frames[f]));
    return json_pack("{ss ss ss ss ss so}", "name", entries[i].wrapper.name, "title",
                     entries[i].title, "kind", kind_names[report->kind], "message", report->message,
                     "printed", printed, "frames", frames);
}

static void write_results(SRunner *runner) {
    TestResult **results = srunner_results(runner);
    json_t *tests = json_array();
    for (int i = 0; i < num_entries; i++)
        if (json_array_append_new(tests, report_json(i, results[i])) != 0)
            abort();
    char path[PATH_TEXT];
    snprintf(path, sizeof path, "%s/tests.json", directory);
    if (json_dump_file(tests, path, JSON_INDENT(1)) != 0)
        abort();
    json_decref(tests);
    free(results);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s directory\n", argv[0]);
        return EXIT_FAILURE;
    }
    directory = argv[1];
    unsetenv("CK_RUN_CASE");
    unsetenv("CK_RUN_SUITE");
    unsetenv("CK_FORK");
    const char *scale = getenv("CK_TIMEOUT_MULTIPLIER");
    if (scale && atof(scale) > 0)
        limit_scale = atof(scale);
    if (getentropy(&secret, sizeof secret) != 0)
        abort();

    SRunner *runner = srunner_create(make_suite(argv[0]));
    srunner_set_fork_status(runner, CK_FORK);
    if (getenv("GRADE_TAP"))
        srunner_set_tap(runner, getenv("GRADE_TAP"));
    if (getenv("GRADE_XML"))
        srunner_set_xml(runner, getenv("GRADE_XML"));
    srunner_run_all(runner, CK_SILENT);
    write_results(runner);
    srunner_free(runner);
    return EXIT_SUCCESS;
}
