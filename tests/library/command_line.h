/* Command lines that tests write as text. */
#ifndef TESTS_COMMAND_LINE_H
#define TESTS_COMMAND_LINE_H

#include <string.h>

enum { MOST_ARGUMENTS = 128 };

/* Parts the line at each space, in place, behind the program's name. Returns how many there are. */
static inline int split_line(char *line, char *arguments[MOST_ARGUMENTS]) {
    int count = 0;
    arguments[count++] = "program";
    while (line)
        arguments[count++] = strsep(&line, " ");
    arguments[count] = NULL;
    return count;
}

#endif
