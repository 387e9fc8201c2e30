/* The repository's proof that its exercises are sound. */
#ifndef GRADER_PROVE_H
#define GRADER_PROVE_H

#include "answer.h"

/* For each exercise (function NULL) or one: the stub compiles without a warning and fails; the
 * solution passes; every mistake fits the solution, fails and is recognised as itself; there are
 * five of them and three hints; faults (tests/exercises/faults/) are told as their first line
 * expects. Prints TAP; returns whether all is so. */
bool prove_exercises(const Settings *settings, const char *function);

#endif
