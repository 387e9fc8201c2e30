/* Exercise 16_make_it_fast, part 3: several sums at once.
 *
 * Part 2 adds every product to one vector. An addition takes about four cycles until its result can
 * be used, and the next one needs that result. So it waits. Here SUMS vectors of filters grow side
 * by side, and while one of them waits, the others are added to:
 *
 *     for each block of SUMS vectors of filters:
 *         for each n, y, x:
 *             Vector sums[SUMS], begun with the bias
 *             for each r and step:
 *                 for each v: sums[v] += row[step] * (vector v of the block's weights)
 *
 * The array sums[] exists in name only: where the loop over v has a constant number of rounds, the
 * compiler writes it out, and each sums[v] is a register. So write `v < SUMS`, not a number that is
 * only known when the program runs.
 *
 * The filters that fill no whole block, at the end, are left to the loop of part 2, one vector
 * after the other, the last one with vector_load_first(). Copy it from there. Only its k begins
 * where the blocks end.
 *
 * Step by step:
 *   1. k = 0; while a whole block of SUMS * VECTOR_FLOATS filters is left: the block's outputs, for
 *      all n, y and x. Then k moves on by a block.
 *   2. In a block all loads and stores are whole vectors. Vector v of it begins at filter
 *      k + v * VECTOR_FLOATS.
 *   3. While k is below filters: part 2. Then k moves on by a vector. */
#include "kernels/simd.h"
#include "pieces/fast.h"

enum { SUMS = 8 };

void conv2d_several_sums(const Conv2DShape *shape, const float *inputs, const float *kernel,
                         const float *bias, float *outputs) {
    /* CODE HERE */
}
