/* How a test's end is told. */
#include "harness_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void report_message(const char *format, ...) {
    int length = 0;
    if (second_run)
        length = snprintf(current_report->message, MESSAGE_TEXT,
                          "Right at first, but not when called again with the same inputs (does "
                          "your function keep something in a static or global variable?): ");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(current_report->message + length, (size_t)(MESSAGE_TEXT - length), format, arguments);
    va_end(arguments);
}

/* Moves the line from what was printed to the end of the message. */
static void quote(Report *report, char *line) {
    size_t length = strcspn(line, "\n"), used = strlen(report->message);
    snprintf(report->message + used, MESSAGE_TEXT - used, "%.*s", (int)length, line);
    const char *rest = line + length + (line[length] == '\n');
    memmove(line, rest, strlen(rest) + 1);
}

void explain_exit(Report *report, char *printed) {
    char *error = strstr(printed, "error: ");
    if (error) {
        report->kind = KIND_REFUSED;
        snprintf(report->message, MESSAGE_TEXT, "The library stopped it: ");
        quote(report, error);
    } else {
        report->kind = KIND_CRASHED;
        snprintf(report->message, MESSAGE_TEXT,
                 "Your function ended the program (exit); it must return to its caller.");
    }
}

void add_last_words(Report *report, char *printed) {
    size_t length = strlen(printed);
    while (length > 0 && printed[length - 1] == '\n')
        printed[--length] = '\0';
    char *line = strrchr(printed, '\n');
    line = line ? line + 1 : printed;
    if (*line) {
        size_t used = strlen(report->message);
        snprintf(report->message + used, MESSAGE_TEXT - used, " It said: ");
        quote(report, line);
    }
}
