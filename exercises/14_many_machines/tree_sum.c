/* Exercise 14_many_machines, part 2: a sum that does not care who adds.
 *
 * values holds the gradients of `groups` groups of images, one row of `count` floats each. Their
 * sum is wanted in the first row, and its order of additions must be this one, for four groups:
 *
 *     (row 0 + row 1) + (row 2 + row 3)
 *
 * Step by step, for distance = 1, 2, 4, ... as long as it is less than groups: to each row g that
 * is a multiple of 2 * distance, add row g + distance, value by value. */
#include "pieces/parallel.h"

void tree_sum(int groups, size_t count, float *values) {
    /* CODE HERE */
    (void)groups, (void)count, (void)values;
}
