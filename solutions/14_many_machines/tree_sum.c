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
    /* stub: (void)groups, (void)count, (void)values; */
    for (int distance = 1; distance < groups; distance *= 2)
        for (int g = 0; g < groups; g += 2 * distance) {
            float *row = values + g * count;
            const float *other = values + (g + distance) * count;
            for (size_t i = 0; i < count; i++)
                row[i] += other[i];
        }
}
