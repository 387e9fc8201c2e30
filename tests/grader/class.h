/* A folder of submissions in; a CSV out, or a page. */
#ifndef GRADER_CLASS_H
#define GRADER_CLASS_H

#include "answer.h"

typedef struct Submission {
    const char *name;   /* its folder's */
    const char *remark; /* why it could not be graded, or "" */
    json_t *grading;    /* as results_write() writes it; NULL if there is a remark */
    int predictions;    /* how many the student guessed: build/predictions/ */
} Submission;

typedef struct Class {
    Submission *submissions;
    int count;
    int questions; /* the predictions that all lessons ask for */
} Class;

/* Each folder in `folder` is a submission: it holds exercises/, or the chapters' folders
 * themselves. Each is graded in a process of its own, into <build>/class/<name>. */
Class class_grade(const Settings *settings, const char *folder);

/* A row for each submission. */
void class_write_csv(const Class *class, const char *path);

#endif
