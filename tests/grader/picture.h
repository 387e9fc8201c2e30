/* Pictures of failed comparisons. */
#ifndef GRADER_PICTURE_H
#define GRADER_PICTURE_H

#include "results.h"

/* Draws yours, expected and the difference for the failed tests of the chapter's exercises (NULL:
 * of all) that compared arrays: <out>/pictures/<function>-<test>.png. */
void pictures_draw(const Settings *settings, const Result *results, const char *chapter);

#endif
