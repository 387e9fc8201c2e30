/* One answer to one exercise: a student's file, a solution, a wrong answer. */
#ifndef GRADER_ANSWER_H
#define GRADER_ANSWER_H

#include "exercises.h"
#include "verdict.h"

/* Where things are and how long they may take; the same for a whole run. */
typedef struct Settings {
    const char *build;     /* objects and libraries, and what the grader makes */
    const char *exercises; /* the folder that is graded: "exercises" */
    const char *out;       /* where the grading is put: "build/grade" */
    const char *compiler, *flags, *libraries;
    double limit_scale; /* of time limits: this machine's slowness */
    bool reports_tap, reports_xml, force;
    bool grade_stubs; /* a stub is run like any answer */
} Settings;

typedef struct Answer {
    const Exercise *exercise;
    const char *source;    /* "exercises/01_padding/custom_padding.c" */
    const char *directory; /* where its object, program, records and verdict go */
} Answer;

typedef struct Answers {
    const Answer *answers;
    int count;
} Answers;

/* The student's answer in settings->exercises. */
Answer answer_of_student(const Settings *settings, const Exercise *exercise);

/* Grades all of them, several at a time, but those whose verdict still holds. Each gets a
 * verdict.json in its directory. */
void answers_grade(const Settings *settings, const Answer *answers, int count);

/* The verdict that answers_grade() left. */
Verdict answer_verdict(const Answer *answer);

#endif
