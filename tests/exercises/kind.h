/* How a test ended: what the harness writes into tests.json and the grader decides by. */
#ifndef EXERCISES_KIND_H
#define EXERCISES_KIND_H

typedef enum Kind {
    KIND_OPEN, /* the test's process ended without saying how */
    KIND_PASSED,
    KIND_WRONG,
    KIND_REFUSED, /* the library ended the process with an error */
    KIND_CRASHED,
    KIND_OUTSIDE_ARRAY, /* a crash at an index outside one of the test's arrays */
    KIND_TIMED_OUT,
    KINDS
} Kind;

static const char *const kind_names[KINDS] = {"open",    "passed",        "wrong",    "refused",
                                              "crashed", "outside_array", "timed_out"};

#endif
