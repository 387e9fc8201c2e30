/* Arrays of floats for tests: random ones, transposed ones, compared ones. */
#ifndef TESTS_ARRAYS_H
#define TESTS_ARRAYS_H

#include "base/random.h"
#include "graph/graph.h"

/* New arrays; free them with free(). */
float *random_normals(Random *random, size_t count);
float *random_integers(Random *random, size_t count, int low, int high); /* low and high included */

/* `count` values, all `gap` apart, in a random order around zero: no two are near each other, and
 * none is near zero. */
float *random_spaced(Random *random, size_t count, float gap);

/* (N, H, W, C), the shape given, to (N, C, H, W). */
void transpose_to_first(Shape shape, const float *from, float *to);

/* Of two arrays of `count` floats. */
bool same_bits(const void *a, const void *b, size_t count);

double largest_magnitude(const float *values, size_t count);

/* Fails the test with `what` unless every value is within tolerance * (the largest magnitude of
 * `expected`, but at least `floor`) of the one expected. A NaN is never near. */
void assert_near(const float *values, const float *expected, size_t count, double tolerance,
                 double floor, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* NaN wherever a run is to write: a write that is missing shows. Call after graph_compile(), before
 * the inputs are written. */
void poison(Graph *graph);

#endif
