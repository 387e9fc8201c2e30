/* Work that may break, or that hostile bytes may turn against the program, done where it can do no
 * harm: in a child process that may compute, allocate and end, nothing else. */
#ifndef BASE_CONTAINED_H
#define BASE_CONTAINED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What the work may use. */
typedef struct ContainedLimits {
    int seconds;   /* of computing; of the clock, ten times as many */
    size_t memory; /* bytes, beside what the program has */
} ContainedLimits;

typedef struct Contained {
    pid_t child;
    int results; /* the end of a pipe */
} Contained;

/* Calls work(argument, results) in a child process, which sees the program's memory as it is at the
 * call, changes a copy of it, and answers with contained_write(results, ...). It has no files and
 * can open none; where Linux filters its system calls (x86-64, AArch64), all but malloc's and that
 * answer's fail. The work must neither start threads nor use those of OpenMP; where it runs out of
 * memory, malloc gives it NULL. Returns false, with errno, if there is no child. */
typedef void ContainedWork(const void *argument, int results);
bool contained_start(Contained *contained, ContainedWork *work, const void *argument,
                     ContainedLimits limits);

/* In the child. */
void contained_write(int results, const void *from, size_t bytes);

/* Waits for the next bytes of the answer; false if the child ends before that. The answer is the
 * child's word: to be checked before it is believed. */
bool contained_read(const Contained *contained, void *to, size_t bytes);

/* Wants no more of the answer, waits for the child's end and says what it was. */
typedef enum ContainedEnd {
    CONTAINED_FINISHED, /* the work returned */
    CONTAINED_CRASHED,
    CONTAINED_TOO_SLOW,
} ContainedEnd;
ContainedEnd contained_end(Contained *contained);

#endif
