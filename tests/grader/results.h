/* The whole grading: every exercise with its verdict and its points. */
#ifndef GRADER_RESULTS_H
#define GRADER_RESULTS_H

#include "answer.h"

typedef struct Result {
    Answer answer;
    Verdict verdict;
    int points;
} Result;

/* Grades all exercises and looks for the mistakes of those that fall short; one for each of
 * exercises[]. */
Result *results_of(const Settings *settings);

/* Gives the chapter's exercises that are to do the tests of their stubs, for who wants to read what
 * they are; status and points stay. */
void results_add_tests(const Settings *settings, Result *results, const char *chapter);

/* Writes <out>.json and <out>/passing: the chapter/function of each that is done. */
void results_write(const Settings *settings, const Result *results);

/* The lesson of an exercise: "chapters/01_padding/README.md". */
const char *lesson_of(const Exercise *exercise);

#endif
