/* Which answers need grading, several of them at a time, and what came of it. */
#ifndef GRADER_ANSWER_H
#define GRADER_ANSWER_H

#include "grade.h"

typedef struct Answers {
    const Answer *answers;
    int count;
} Answers;

/* The student's answer in settings->exercises. */
Answer answer_of_student(const Settings *settings, const Exercise *exercise);

/* The exercise's stub, as an answer. */
Answer answer_of_stub(const Settings *settings, const Exercise *exercise);

/* Grades all of them, several at a time, but those whose verdict still holds. Each gets a
 * verdict.json in its directory. */
void answers_grade(const Settings *settings, const Answer *answers, int count);

/* The verdict that answers_grade() left. */
Verdict answer_verdict(const Answer *answer);

#endif
