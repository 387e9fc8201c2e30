#include "expect_error.h"

#include <check.h>
#include <omp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool in_child;

/* A child ends when its own code has: it frees nothing, so that leaks are not looked for, and the
 * threads that OpenMP's runtime would end (with the thread sanitizer's help) are the parent's. */
static void leave(int status, void *nothing) {
    (void)nothing;
    if (!in_child)
        return;
    fflush(stdout);
    _exit(status);
}

/* Registered before main(), it comes after all that tests register. */
__attribute__((constructor)) static void register_leave(void) {
    on_exit(leave, NULL);
}

enum { SIGNAL_STATUS = 128 };

static void read_all(int descriptor, char *text, size_t size) {
    size_t length = 0;
    ssize_t got = 0;
    while (length + 1 < size && (got = read(descriptor, text + length, size - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
}

Outcome run_in_child(void (*function)(const void *), const void *argument) {
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL); /* else both processes would write what waits in the buffers */
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        in_child = true;
        omp_set_num_threads(1); /* the parent's other threads did not come along */
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        function(argument);
        _exit(0);
    }
    close(ends[1]);
    Outcome outcome;
    read_all(ends[0], outcome.text, sizeof outcome.text);
    close(ends[0]);
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : SIGNAL_STATUS + WTERMSIG(status);
    return outcome;
}

void expect_error(void (*function)(const void *), const void *argument, ...) {
    Outcome outcome = run_in_child(function, argument);
    ck_assert_msg(outcome.status == 1, "exit status %d, expected 1; standard error: %s",
                  outcome.status, outcome.text);
    const char *newline = strchr(outcome.text, '\n');
    ck_assert_msg(strncmp(outcome.text, "error: ", strlen("error: ")) == 0 && newline &&
                      newline[1] == '\0',
                  "not one line that begins with \"error: \": %s", outcome.text);
    va_list texts;
    va_start(texts, argument);
    for (const char *text = va_arg(texts, const char *); text; text = va_arg(texts, const char *))
        ck_assert_msg(strstr(outcome.text, text), "no \"%s\" in: %s", text, outcome.text);
    va_end(texts);
}
