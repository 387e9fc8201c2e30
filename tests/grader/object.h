/* From a student's source file to an object that keeps the rules (rules.h). */
#ifndef GRADER_OBJECT_H
#define GRADER_OBJECT_H

#include "settings.h"
#include "verdict.h"

/* Leaves answer.s, answer.o, compile.log and symbols.log in the answer's directory. False if there
 * is no such object; the verdict says why. */
bool object_make(const Settings *settings, const Answer *answer, Verdict *verdict);

/* Whether all that the object calls is what such an answer may call; to be asked when everything
 * that it calls is known to exist. */
bool object_calls_allowed(const Answer *answer, Verdict *verdict);

#endif
