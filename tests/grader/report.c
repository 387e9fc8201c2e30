/* The table and what stands below it. */
#include "report.h"

#include "files.h"

#include <stdio.h>
#include <stdlib.h>
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

/* What the banner tells of the functions of one group: those up to the program's chapter, or those
 * of later ones. */
typedef struct Used {
    int count, mine;
    const Exercise *first, *last;
    const char *to_do, *short_ones; /* names that are not the student's, and why */
} Used;

static const char *listed(const char *names, const char *name) {
    return text_of("%s%s%s", names, *names ? ", " : "", name);
}

static Used used_functions(const Result *results, const char *listing, const char *chapter,
                           bool later) {
    Used used = {.to_do = "", .short_ones = ""};
    for (int e = 0; e < num_exercises; e++) {
        const Exercise *exercise = &exercises[e];
        Status status = results[e].verdict.status;
        if (later != (strncmp(exercise->chapter, chapter, 2) > 0) ||
            !is_in_program(listing, exercise->function))
            continue;
        if (used.count++ == 0)
            used.first = exercise;
        used.last = exercise;
        used.mine += status == STATUS_DONE;
        if (status == STATUS_TO_DO)
            used.to_do = listed(used.to_do, exercise->function);
        else if (status != STATUS_DONE)
            used.short_ones = listed(used.short_ones,
                                     text_of("%s (%s)", exercise->function, status_name(status)));
    }
    return used;
}

static const char *chapters_of(const Used *used) {
    int first = atoi(used->first->chapter), last = atoi(used->last->chapter);
    return first == last ? text_of("chapter %d", first) : text_of("chapters %d to %d", first, last);
}

static void print_missing(const char *what, const char *names) {
    if (*names)
        print_wrapped(text_of("%s: %s.", what, names));
}

void report_banner(const Result *results, const char *symbols, const char *chapter) {
    const char *listing = symbols ? file_text(symbols, NULL) : NULL;
    Used used = used_functions(results, listing, chapter, false);
    Used later = used_functions(results, listing, chapter, true);
    if (used.count == 0)
        printf("This program calls no function of exercises/.\n");
    else if (used.mine < used.count)
        printf("%d of %d functions of %s that this program calls are yours.\n", used.mine,
               used.count, chapters_of(&used));
    else if (used.count > 1)
        printf("All %d functions of %s that this program calls are yours.\n", used.count,
               chapters_of(&used));
    else
        printf("%s, the only function of %s that this program calls, is yours.\n",
               used.first->function, chapters_of(&used));
    print_missing("From solutions/, because they are to do", used.to_do);
    print_missing("From solutions/, because they fall short", used.short_ones);
    print_missing("From solutions/, because they belong to later chapters",
                  *later.short_ones ? listed(later.to_do, later.short_ones) : later.to_do);
}
