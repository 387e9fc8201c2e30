/* Hints, one more each call. */
#ifndef GRADER_HINT_H
#define GRADER_HINT_H

#include "results.h"

/* The exercise that a student works at in the chapter: the first that is not done; NULL if all are.
 */
const Exercise *current_exercise(const Result *results, const char *chapter);

/* Prints the exercise's hints so far and one more, and counts them in <build>/hints/<function>. */
void hint_print(const Settings *settings, const Exercise *exercise);

#endif
