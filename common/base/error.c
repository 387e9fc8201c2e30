/* Errors end the program here: one line, exit status 1. base/output_file.h removes half-written
 * files at the exit. */
#include "base/error.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MESSAGE_BYTES = 4096 };

void (*error_before_message)(void);

void error_exit(const char *file, int line, const char *format, ...) {
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    for (char *c = message; *c; c++) /* names out of damaged files may hold anything */
        if (iscntrl((unsigned char)*c))
            *c = '?';
    if (error_before_message)
        error_before_message();
    fflush(stdout); /* what was reported before the error stands before it */
    fprintf(stderr, "error: %s [%s:%d]\n", message, file, line);
    exit(EXIT_FAILURE);
}
