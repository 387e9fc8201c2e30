/* What is graded, and how. */
#ifndef GRADER_SETTINGS_H
#define GRADER_SETTINGS_H

#include "exercises.h"
#include "files.h"

/* Where things are and how long they may take; the same for a whole run. */
typedef struct Settings {
    const char *build;     /* objects and libraries, and what the grader makes */
    const char *exercises; /* the folder that is graded: "exercises" */
    const char *out;       /* where the grading is put: "build/grade" */
    const char *compiler, *flags, *libraries;
    double limit_scale; /* of time limits: this machine's slowness */
    bool reports_tap, reports_xml, force;
    bool retry;       /* what ran out of time is graded again */
    bool grade_stubs; /* a stub is run like any answer */
    bool sandbox;     /* compiler and tests run in bubblewrap (sandbox.h) */
} Settings;

/* One answer to one exercise: a student's file, a solution, a wrong answer. */
typedef struct Answer {
    const Exercise *exercise;
    const char *source;    /* "exercises/01_padding/custom_padding.c" */
    const char *directory; /* where its object, program, records and verdict go */
} Answer;

/* A file's path in the answer's directory. */
static inline const char *in_directory(const Answer *answer, const char *name) {
    return text_of("%s/%s", answer->directory, name);
}

#endif
