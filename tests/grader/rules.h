/* What an answer may be made of. */
#ifndef GRADER_RULES_H
#define GRADER_RULES_H

#include "exercises.h"

extern const char rules_table[]; /* its file: tests/exercises/rules.txt */

/* The first file of a compiler's list of dependencies (gcc -MD) that is neither below one of the
 * folders nor the system's; NULL if there is none. */
const char *rules_foreign_file(const char *dependencies, const char *const folders[2]);

/* The first word of an assembly listing that no compiled answer has; NULL if there is none. */
const char *rules_assembly(const char *listing);

/* Whether an object may have the section. */
bool rules_allow_section(const char *name);

/* Whether an answer to the exercise may call the function. */
bool rules_allow_call(const Exercise *exercise, const char *function);

#endif
