/* Where in the student's file a test stopped. */
#ifndef GRADER_PLACE_H
#define GRADER_PLACE_H

#include <jansson.h>

/* Gives each test with "frames" (program addresses, innermost first) a "place": "file:line" of the
 * innermost frame in the source file; "" if there is none. */
void places_add(json_t *tests, const char *program, const char *source);

#endif
