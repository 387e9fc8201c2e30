/* Exercise 09_degradation, part 2: how much does a block do?
 *
 * A residual block adds a branch to a shortcut. How large is the branch beside the shortcut?
 *     norm of x = square root of the sum of all x(i)^2;
 *     result    = norm of branch / norm of shortcut.
 *
 * Step by step:
 *   1. Two sums, each a double, both 0.
 *   2. In one loop over all `count` values: add the square of branch[i] to the one and that of
 *      shortcut[i] to the other. Make each value a double BEFORE it is squared.
 *   3. The square roots, and their quotient: sqrt() of math.h. */
#include "models/plain.h"

#include <math.h>

double relative_branch_norm(size_t count, const float *branch, const float *shortcut) {
    /* stub: return -1; */
    double of_branch = 0, of_shortcut = 0;
    for (size_t i = 0; i < count; i++) {
        of_branch += (double)branch[i] * branch[i];
        of_shortcut += (double)shortcut[i] * shortcut[i];
    }
    return sqrt(of_branch) / sqrt(of_shortcut);
}
