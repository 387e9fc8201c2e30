/* Wrong answers that students typically give, and which of them an answer looks like. */
#ifndef GRADER_DIAGNOSE_H
#define GRADER_DIAGNOSE_H

#include "answer.h"

/* The folder's .c files as answers to the exercise, graded in build/grade/<kind>/<function>/. */
Answers answers_of_folder(const Settings *settings, const Exercise *exercise, const char *folder,
                          const char *kind);

/* What was made of the exercise's list of mistakes, graded. */
Answers wrong_answers(const Settings *settings, const Exercise *exercise);

/* The sentence after "Diagnosis:" in the file's first line; "" if there is none. */
const char *wrong_answer_diagnosis(const Answer *wrong);

/* The wrong answer whose outputs the failed answer's match; NULL if there is none. */
const Answer *diagnose(const Answer *answer, const Verdict *verdict, Answers wrong);

/* What is said of the failed answer: the diagnosis of that wrong answer or, where none fits as a
 * whole, of the one or two that its failed tests look like, test by test. NULL for none. */
const char *diagnosis_of(const Answer *answer, const Verdict *verdict, Answers wrong);

#endif
