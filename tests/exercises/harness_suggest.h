/* What the files of the rules share: harness_suggest.c (numbers), harness_suggest_places.c (the
 * right values elsewhere), harness_suggest_axes.c (the index along one axis). */
#ifndef EXERCISES_HARNESS_SUGGEST_H
#define EXERCISES_HARNESS_SUGGEST_H

#include "harness_internal.h"

/* Fewer values agree by chance. */
enum { FEW = 3 };

/* A rule: says into text what it finds and returns true, or returns false. */
typedef bool Rule(const Comparison *comparison, char text[SUGGESTION_TEXT]);
Rule is_transposed, is_moved, is_elsewhere, is_by_region, is_by_factors;

/* Always true. */
bool say(char text[SUGGESTION_TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether value number i is this one, with ten times the tolerance. */
bool is_like(const Comparison *c, size_t i, double value);

/* Some of the values: runs of `run`, which begin `step` apart; `count` in all. */
typedef struct Part {
    size_t first, run, step, count;
} Part;

Part whole(const Comparison *c);
/* The ratio of got to expected with the least squared error; NAN if all expected are 0. */
double best_ratio(const Comparison *c, Part part);
bool has_ratio(const Comparison *c, Part part, double ratio);
/* Whether all differ from the expected ones by the same amount. */
bool has_offset(const Comparison *c, Part part);

#endif
