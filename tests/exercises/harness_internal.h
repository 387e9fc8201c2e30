/* What the harness's files share; not for tests. */
#ifndef EXERCISES_HARNESS_INTERNAL_H
#define EXERCISES_HARNESS_INTERNAL_H

#include "harness.h"
#include "kind.h"

enum { MAX_TESTS = 64, MESSAGE_TEXT = 1024, MAX_FRAMES = 24 };

/* What a test's process tells the process that started it; shared memory. A test passed if it left
 * the secret of this run as its end. */
typedef struct Report {
    Kind kind;
    uint64_t end;
    char message[MESSAGE_TEXT];
    int signal;     /* that ended it, or 0 */
    int num_frames; /* where it stopped: program addresses, innermost first */
    uintptr_t frames[MAX_FRAMES];
} Report;

/* Of the running test; in the test's process. */
extern Report *current_report;
extern bool second_run; /* the test is being run again */

/* Writes the message into the report, with a prefix in the second run. */
void report_message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says why a test's process ended without the harness: the library's die(), whose line it moves
 * from `printed` into the message, or exit(). */
void explain_exit(Report *report, char *printed);

/* Moves the last line of `printed` into the message: an assertion and the C library say on standard
 * error why they abort. */
void add_last_words(Report *report, char *printed);

/* What faults are told as, here by signals, in a page by traps. */
static const char told_division[] = "It divided a whole number by zero.";
static const char told_stack[] =
    "It ran out of stack: a function that calls itself without end, or "
    "local arrays of many megabytes.";
static const char told_address[] = "It %s at an address that belongs to no array: an index far "
                                   "outside, or a pointer that was never set.";
static const char told_null[] = "It %s through a NULL pointer.";
static const char told_abort[] = "It was aborted (abort(), a failed assertion, or memory written "
                                 "outside what malloc or a local array gave).";
static const char told_impossible[] = "It came to a place that the compiler took for impossible: a "
                                      "NULL pointer, an index that cannot be, a missing return.";
static const char told_outside[] = "It %s %s[%ld], outside the array, which has %ld values.";
static const char told_const[] = "It wrote to %s[%ld], but %s is const: it may only be read.";
static const char told_printing[] = "It printed without end.";

/* Catches faults and time limits: they are told in the report, then end the process. */
void catch_faults(double cpu_seconds, double wall_seconds);

/* Gives up, for this process, all system calls but those that computing, printing and ending take.
 * The others end the test and are told; files seem closed to it. Where the system cannot do this,
 * nothing happens. */
void confine(void);

/* Ends the test if a canary before or behind an array is gone. */
void check_guards(void);

/* Says into text what an access to the address means if it is in or near one of the arrays, and
 * returns how the test ends by it: KIND_OUTSIDE_ARRAY, or KIND_CRASHED for a write to a const
 * array. KIND_OPEN if none of the arrays is near. */
Kind describe_array_access(uintptr_t address, bool is_write, char *text, size_t size);

/* A quiet NaN that no computation makes. */
static const uint32_t unwritten_bits = 0x7FEDBEEF;

/* An array whose name is for messages: of const values, or, for NULL, of unwritten ones. */
void *new_array(const char *name, const void *values, size_t bytes);

/* The values as new floats. */
float *floats_from(const double *values, size_t count);

/* Whether the value is what output_floats() filled in. */
bool is_unwritten(float value);

/* Opens the file that receives the running test's records. */
void records_open(const char *path);

/* Starts the second run: what is recorded from now on is compared with the first run's. */
void records_rewind(void);

/* What was given beside what was expected. */
typedef struct Comparison {
    Axes axes;
    const float *got;
    const double *expected;
    size_t count, wrong, first, largest; /* how many differ; the first and the largest such place */
    size_t unwritten;                    /* how many were never written */
    double tolerance, scale;
    const Factor *factors; /* see expect_gradient() */
} Comparison;

/* Whether got is expected but for tolerance * (|expected| + scale). */
bool values_close(double got, double expected, double scale, double tolerance);

/* Says into text what the differences look like, whatever the exercise, or "" if unknown. */
enum { SUGGESTION_TEXT = MESSAGE_TEXT / 4 };
void suggest(const Comparison *comparison, char text[SUGGESTION_TEXT]);

/* Lets what this gives stand behind the messages of the test's failing comparisons, instead of a
 * suggestion, where it is not "". */
void explain_failures_by(const char *(*explain)(void));

void record_comparison(const char *name, Axes axes, const float *values, const double *expected,
                       bool differs);

#endif
