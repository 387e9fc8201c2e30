/* What make predict-NN keeps (predict.sh): a student's guesses. */
#ifndef GRADER_PREDICTIONS_H
#define GRADER_PREDICTIONS_H

/* How many predictions all lessons ask for. */
int predictions_asked(void);

/* How many of them the folder has guesses to: a file NN for each chapter. Links, and files longer
 * than guesses are, count for nothing. */
int predictions_guessed(const char *folder);

#endif
