/* Grades one answer: compile it alone, see what it defines, link it, run its tests. */
#ifndef GRADER_GRADE_H
#define GRADER_GRADE_H

#include "settings.h"
#include "verdict.h"

/* Leaves answer.c (a copy), compile.log, answer.o, program, tests.json, *.records and verdict.json
 * in the answer's directory. */
void grade_answer(const Settings *settings, const Answer *answer);

/* When the newest of what every answer to the exercise is linked with or held to changed. */
double grade_inputs_time(const Settings *settings, const Exercise *exercise);

#endif
