/* A folder of submissions in, one CSV out. */
#ifndef GRADER_CLASS_H
#define GRADER_CLASS_H

#include "answer.h"

/* Each folder in `folder` is a submission: it holds exercises/, or the chapters' folders
 * themselves. Each is graded in a process of its own, into <build>/class/<name>; the CSV has a row
 * for each. */
void class_grade(const Settings *settings, const char *folder, const char *csv);

#endif
