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

/* Whether the value is what output_floats() filled in. */
bool is_unwritten(float value);

/* Opens the file that receives the running test's records. */
void records_open(const char *path);

/* Starts the second run: what is recorded from now on is compared with the first run's. */
void records_rewind(void);

void record_comparison(const char *name, Axes axes, const float *values, const double *expected,
                       bool differs);

#endif
