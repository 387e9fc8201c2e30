/* What grading one answer gave. */
#ifndef GRADER_VERDICT_H
#define GRADER_VERDICT_H

#include "exercises/kind.h"

#include <jansson.h>

typedef enum Status {
    STATUS_DONE,
    STATUS_TO_DO, /* still the stub */
    STATUS_WRONG,
    STATUS_CRASHED,
    STATUS_TIMED_OUT,
    STATUS_NOT_COMPILED,
} Status;

const char *status_name(Status status);

/* What a test that ended so makes of the answer. */
Status status_of_kind(Kind kind);

typedef struct TestVerdict {
    const char *name, *title;
    Kind kind;
    const char *message; /* for the student; "" if passed */
    const char *place;   /* file:line where it stopped, or "" */
    const char *printed; /* what the function printed */
} TestVerdict;

typedef struct Verdict {
    Status status;
    const char *message;  /* of what kept the tests from running, or of the first failed test */
    const char *warnings; /* the compiler's */
    int passed, num_tests;
    TestVerdict *tests;
    const char *diagnosis; /* the known mistake that it looks like, or NULL; set by diagnose() */
} Verdict;

/* "passed", "wrong", "crashed" or "timed out". */
const char *test_status(const TestVerdict *test);

/* NULL if all passed or none ran. */
const TestVerdict *verdict_first_failed(const Verdict *verdict);

/* A JSON string. It must be UTF-8: in text that is not, what is not ASCII becomes '?'. */
json_t *text_json(const char *text);

json_t *verdict_json(const Verdict *verdict);

/* Reads what verdict_json() made. */
Verdict verdict_from_json(const json_t *json);

#endif
