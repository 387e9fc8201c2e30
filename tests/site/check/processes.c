/* What needs processes is left to the native builds: which message ends a program, and the suite
 * "base", whose tests are about files' limits, signals and terminals. */
#include <check.h>
#include <stdlib.h>

#include "library/expect_error.h"

void expect_error(void (*function)(const void *), const void *argument, ...) {
    (void)function;
    (void)argument;
}

Outcome run_in_child(void (*function)(const void *), const void *argument) {
    (void)function;
    (void)argument;
    abort();
}

/* Called to remove the temporary folder, which is gone with the program. */
int system(const char *command) {
    (void)command;
    return 0;
}

Suite *base_suite(void);
Suite *base_suite(void) {
    return suite_create("base");
}
