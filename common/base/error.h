/* Errors of the caller and of the outside world.
 *
 * Both end the program with exit status 1 and one line on standard error that says what was
 * expected, what was found, what to do about it, and the source line that noticed. Files that
 * base/output_file.h is still writing are removed on the way out, so nothing half-written stays. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* Prints "error: <message> [file:line]" and exits with status 1. Use through die() or require(). */
_Noreturn void error_exit(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Where several processes run, most of them fail of the same cause: called before a message is
 * printed. NULL: nothing is. */
extern void (*error_before_message)(void);

#define die(...) error_exit(__FILE__, __LINE__, __VA_ARGS__)

/* Ends the program with the message unless the condition holds. */
#define require(condition, ...)                                                                    \
    do {                                                                                           \
        if (!(condition))                                                                          \
            die(__VA_ARGS__);                                                                      \
    } while (0)

#endif
