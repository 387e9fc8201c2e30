/* The table and what stands below it. */
#include "report.h"

#include "files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_WIDTH = 96, INDENT = 4 };

static bool is_short(const Result *result) {
    Status status = result->verdict.status;
    return status != STATUS_DONE && status != STATUS_TO_DO;
}

bool report_falls_short(const Result *results, const char *chapter) {
    for (int e = 0; e < num_exercises; e++)
        if (exercise_in_chapter(&exercises[e], chapter) && is_short(&results[e]))
            return true;
    return false;
}

/* Colours on a terminal alone. */
static const char *colour(const char *code) {
    static int terminal = -1;
    if (terminal < 0)
        terminal = isatty(STDOUT_FILENO);
    return terminal ? text_of("\033[%sm", code) : "";
}

static const char *status_colour(Status status) {
    return colour(status == STATUS_DONE ? "32" : status == STATUS_TO_DO ? "2" : "31");
}

/* Lines of the text's own stay; long ones are broken between words. */
static void print_wrapped(const char *text) {
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (length > TEXT_WIDTH) {
            length = TEXT_WIDTH;
            while (length > 0 && text[length] != ' ')
                length--;
            if (length == 0)
                length = strcspn(text, " \n");
        }
        printf("%*s%.*s\n", INDENT, "", (int)length, text);
        text += length;
        if (*text)
            text++;
    }
}

static void print_row(const Result *result) {
    const Verdict *verdict = &result->verdict;
    const Exercise *exercise = result->answer.exercise;
    const char *name = text_of("%s/%s", exercise->chapter, exercise->function);
    const char *tests =
        verdict->num_tests ? text_of("%d of %d", verdict->passed, verdict->num_tests) : "";
    printf("%-52s %s%-16s%s %2d of %d   %s\n", name, status_colour(verdict->status),
           status_name(verdict->status), colour("0"), result->points, exercise->points, tests);
}

static void print_table(const Result *results, const char *chapter) {
    int points = 0, possible = 0;
    printf("%-52s %-16s %-9s %s\n", "exercise", "status", "points", "tests passed");
    for (int e = 0; e < num_exercises; e++) {
        if (!exercise_in_chapter(&exercises[e], chapter))
            continue;
        print_row(&results[e]);
        points += results[e].points;
        possible += exercises[e].points;
    }
    printf("%-52s %-16s %2d of %d\n", "", "", points, possible);
}

static void print_test(const TestVerdict *test, const char *status, const char *code) {
    printf("  %s%-10s%s %s: %s\n", colour(code), status, colour("0"), test->name, test->title);
}

static void print_graded_test(const TestVerdict *test) {
    bool passed = test->kind == KIND_PASSED;
    print_test(test, test_status(test), passed ? "32" : "31");
    if (passed)
        return;
    print_wrapped(test->message);
    if (*test->place)
        print_wrapped(text_of("at %s", test->place));
    if (*test->printed) {
        print_wrapped("it printed:");
        print_wrapped(test->printed);
    }
}

/* What is said of the answer as a whole. An error has its warnings in its message. */
static void print_remarks(const Verdict *verdict) {
    if (verdict->num_tests > 0 && *verdict->warnings)
        print_wrapped(text_of("The compiler warns:\n%s", verdict->warnings));
    if (verdict->diagnosis)
        print_wrapped(text_of("This looks like: %s", verdict->diagnosis));
}

static void print_named_tests(const Result *results, const char *chapter) {
    for (int e = 0; e < num_exercises; e++) {
        const Verdict *verdict = &results[e].verdict;
        bool to_do = verdict->status == STATUS_TO_DO;
        if (!exercise_in_chapter(&exercises[e], chapter))
            continue;
        printf("\n%s (%s)\n", exercises[e].function, results[e].answer.source);
        for (int t = 0; t < verdict->num_tests; t++)
            if (to_do)
                print_test(&verdict->tests[t], status_name(STATUS_TO_DO), "2");
            else
                print_graded_test(&verdict->tests[t]);
        if (verdict->num_tests == 0 || to_do)
            print_wrapped(verdict->message);
        if (!to_do)
            print_remarks(verdict);
    }
}

static void print_first_failure(const Result *results, const char *chapter) {
    int e = 0;
    while (e < num_exercises &&
           !(exercise_in_chapter(&exercises[e], chapter) && is_short(&results[e])))
        e++;
    if (e == num_exercises)
        return;
    const Verdict *verdict = &results[e].verdict;
    const TestVerdict *test = verdict_first_failed(verdict);
    printf("\n%s, %s:\n", results[e].answer.source, status_name(verdict->status));
    if (test)
        print_wrapped(text_of("Test %s (%s)", test->name, test->title));
    print_wrapped(verdict->message);
    if (test && *test->place)
        print_wrapped(text_of("at %s", test->place));
    print_remarks(verdict);
}

static void print_next(const Result *results) {
    int e = 0;
    while (e < num_exercises && results[e].verdict.status == STATUS_DONE)
        e++;
    if (e == num_exercises) {
        printf("\nAll %d functions are done.\n", num_exercises);
        return;
    }
    const Exercise *next = &exercises[e];
    printf("\nNext: %s in %s; lesson %s.\n", next->function, results[e].answer.source,
           lesson_of(next));
    if (*results[e].verdict.message && results[e].verdict.status == STATUS_TO_DO)
        print_wrapped(results[e].verdict.message);
    printf("`make check-%.2s` names every test, `make hint-%.2s` gives a hint.\n", next->chapter,
           next->chapter);
}

void report_print(const Result *results, const char *chapter) {
    print_table(results, chapter);
    if (chapter)
        print_named_tests(results, chapter);
    else
        print_first_failure(results, chapter);
    print_next(results);
}

/* Whether the listing has the function as one that is defined: " T name". */
static bool is_in_program(const char *listing, const char *function) {
    return !listing || strstr(listing, text_of(" T %s\n", function));
}

void report_banner(const Result *results, const char *symbols) {
    const char *listing = symbols ? file_text(symbols, NULL) : NULL, *short_ones = "";
    int used = 0, mine = 0;
    for (int e = 0; e < num_exercises; e++) {
        if (!is_in_program(listing, exercises[e].function))
            continue;
        used++;
        mine += results[e].verdict.status == STATUS_DONE;
        if (is_short(&results[e]))
            short_ones =
                text_of("%s%s%s", short_ones, *short_ones ? ", " : "", exercises[e].function);
    }
    if (mine == used)
        printf("All %d functions of exercises in this program are yours.\n", used);
    else
        printf("%d of %d functions yours, the others from solutions/.\n", mine, used);
    if (*short_ones)
        printf("Not yours yet, because they fall short: %s.\n", short_ones);
}
