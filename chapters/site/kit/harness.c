/* tests/exercises/harness.c and harness_faults.c where there are no processes and no signals:
 *
 *     program             prints the tests' names and titles
 *     program N RECORDS   runs test N, and writes its records
 *
 * The page makes a new instance for each test. However that ends, it then writes what was printed
 * into harness_printed(), calls harness_end() with the trap, and reads harness_kind() and
 * harness_message(). chapters/site/page/test_runner.js is the other side of this. */
#include "kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef enum Trap { NO_TRAP, DIVISION, ADDRESS, IMPOSSIBLE, STACK, PRINTING } Trap;

enum { PRINTED_TEXT = 4000 };

typedef struct TestEntry {
    const char *name, *title;
    void (*test)(int); /* NULL for a row */
    void (*run_row)(const void *);
    const void *row;
} TestEntry;

static TestEntry entries[MAX_TESTS];
static int num_entries;
static Report report;
static bool has_ended, was_aborted;
static char printed[PRINTED_TEXT];

Report *current_report = &report;
bool second_run;

void fail_test(const char *format, ...) {
    char message[MESSAGE_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    report.kind = KIND_WRONG;
    report_message("%s", message);
    find_reads_outside();
    fflush(NULL);
    _Exit(EXIT_FAILURE);
}

void fail_as(Kind kind, const char *message) {
    report.kind = kind;
    report_message("%s", message);
    fflush(NULL);
    _Exit(EXIT_FAILURE);
}

/* Instead of the C library's, which would look like any other trap. */
void abort(void) {
    was_aborted = true;
    __builtin_trap();
}

static void run_once(const TestEntry *entry) {
    if (entry->run_row)
        entry->run_row(entry->row);
    else
        entry->test(0);
    check_guards();
}

static void run_twice(const TestEntry *entry, const char *records) {
    fill_null_page();
    records_open(records);
    run_once(entry);
    second_run = true;
    records_rewind();
    run_once(entry);
    has_ended = true;
}

static TestEntry *new_entry(const char *name, const char *title) {
    if (num_entries == MAX_TESTS)
        abort();
    TestEntry *entry = &entries[num_entries++];
    entry->name = name;
    entry->title = title;
    return entry;
}

void add_test(const TTest *test, const char *title) {
    new_entry(test->name, title)->test = test->fn;
}

void add_case(const char *name, const char *title, void (*run)(const void *row), const void *row) {
    TestEntry *entry = new_entry(name, title);
    entry->run_row = run;
    entry->row = row;
}

/* The C library's beginning. As it is called by name, the linker does not let every exported
 * function begin with it. */
void __wasm_call_ctors(void);

int main(int argc, char **argv) {
    __wasm_call_ctors();
    exercise_tests();
    if (argc == 3)
        run_twice(&entries[atoi(argv[1])], argv[2]);
    else
        for (int i = 0; i < num_entries; i++)
            printf("%s\t%s\n", entries[i].name, entries[i].title);
    return EXIT_SUCCESS;
}

static void tell_trap(Trap trap) {
    report.kind = KIND_CRASHED;
    if (was_aborted) {
        report_message(told_abort);
        add_last_words(&report, printed);
    } else if (trap == DIVISION)
        report_message(told_division);
    else if (trap == STACK || (trap == ADDRESS && null_page_is_changed()))
        report_message(told_stack); /* the stack's far end is the NULL page, then comes nothing */
    else if (trap == ADDRESS)
        report_message(told_address, "read or wrote");
    else if (trap == IMPOSSIBLE)
        report_message(told_impossible);
    else
        report_message(told_printing);
}

__attribute__((export_name("harness_printed"))) char *harness_printed(void) {
    return printed;
}

__attribute__((export_name("harness_end"))) void harness_end(Trap trap) {
    if (report.kind == KIND_OPEN && trap != NO_TRAP)
        tell_trap(trap);
    else if (report.kind == KIND_OPEN && has_ended)
        report.kind = KIND_PASSED;
    else if (report.kind == KIND_OPEN)
        explain_exit(&report, printed);
}

__attribute__((export_name("harness_kind"))) const char *harness_kind(void) {
    return kind_names[report.kind];
}

__attribute__((export_name("harness_message"))) const char *harness_message(void) {
    return report.message;
}
