/* Runs code that is expected to end the program, in a child process. */
#ifndef TESTS_EXPECT_ERROR_H
#define TESTS_EXPECT_ERROR_H

typedef struct Outcome {
    int status;      /* exit status; 128 + the signal's number if one ended it */
    char text[8192]; /* what it wrote to standard error */
} Outcome;

/* Calls function(argument) in a forked child; status 0 if it returns. */
Outcome run_in_child(void (*function)(const void *), const void *argument);

/* Requires of function(argument) that it exits with status 1 after one line on standard error that
 * begins with "error: " and holds every one of the given texts (up to a NULL). */
void expect_error(void (*function)(const void *), const void *argument, ...)
    __attribute__((sentinel));

#endif
