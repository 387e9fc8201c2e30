/* Keeps in bubblewrap what a student's file has a hand in: the compiler and the test program. They
 * see the system's programs and libraries and what they are shown, write to one folder alone, have
 * no network, no other processes and no environment, and all that they started ends with them. */
#ifndef GRADER_SANDBOX_H
#define GRADER_SANDBOX_H

#include "command.h"

#include <stdbool.h>

/* Whether bubblewrap is there, may do its work here and lets the compiler run: it is tried, with a
 * log in the folder `build`. The environment's GRADE_SANDBOX=none says no. */
bool sandbox_works(const char *build, const char *compiler);

/* Begins a command that runs in the sandbox; the folder is the one that it may write to. */
void sandbox_begin(Command *command, const char *writable);

/* Shows it a file or a folder, read-only, under its own name. */
void sandbox_show(Command *command, const char *path);

/* Whether this system lets a test's process give up its system calls (harness_confine.c). */
bool system_calls_are_filtered(void);

#endif
