/* A class's grades as pages to read. */
#ifndef GRADER_CLASS_REPORT_H
#define GRADER_CLASS_REPORT_H

#include "class.h"

/* Writes the page: a table of students and exercises, and of each exercise the commonest diagnosis.
 * Beside "report.html", the folder report/ receives a page for each student, with what fell short
 * and why. */
void class_report(const Class *class, const char *path);

/* Makes the folder beside "report.html" and returns its path; ends the program if it cannot be made
 * or the name ends otherwise. */
const char *class_report_folder(const char *path);

#endif
