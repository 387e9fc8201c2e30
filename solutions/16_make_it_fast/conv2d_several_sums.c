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

/* A block of SUMS whole vectors. Weights, bias and outputs point to its first filter. */
static void block_sums(const Conv2DShape *shape, const float *window, const float *weights,
                       const float *bias, float *outputs) {
    int steps = shape->kernel_size * shape->channels;
    Vector sums[SUMS];
    for (int v = 0; v < SUMS; v++)
        sums[v] = vector_load(bias + v * VECTOR_FLOATS);
    for (int r = 0; r < shape->kernel_size; r++) {
        const float *row = window + (size_t)r * shape->in_width * shape->channels;
        for (int step = 0; step < steps; step++, weights += shape->filters)
            for (int v = 0; v < SUMS; v++)
                sums[v] += row[step] * vector_load(weights + v * VECTOR_FLOATS);
    }
    for (int v = 0; v < SUMS; v++)
        vector_store(outputs + v * VECTOR_FLOATS, sums[v]);
}

/* One vector, of which `left` filters are there. */
static void vector_sums(const Conv2DShape *shape, const float *window, const float *weights,
                        const float *bias, int left, float *outputs) {
    int steps = shape->kernel_size * shape->channels;
    Vector sum = vector_load_first(bias, left);
    for (int r = 0; r < shape->kernel_size; r++) {
        const float *row = window + (size_t)r * shape->in_width * shape->channels;
        for (int step = 0; step < steps; step++, weights += shape->filters)
            sum += row[step] * vector_load_first(weights, left);
    }
    vector_store_first(outputs, sum, left);
}

/* The outputs of filter k and those that are computed with it, at all places. */
static void all_places(const Conv2DShape *shape, const float *inputs, const float *weights,
                       const float *bias, float *outputs, int k) {
    bool is_block = k + SUMS * VECTOR_FLOATS <= shape->filters;
    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++) {
                const float *window =
                    inputs + image_index(CHANNELS_LAST, shape->in_height, shape->in_width,
                                         shape->channels, n, y * shape->strides, x * shape->strides,
                                         0);
                float *to = outputs + image_index(CHANNELS_LAST, shape->out_height,
                                                  shape->out_width, shape->filters, n, y, x, k);
                if (is_block)
                    block_sums(shape, window, weights, bias, to);
                else
                    vector_sums(shape, window, weights, bias, shape->filters - k, to);
            }
}

void conv2d_several_sums(const Conv2DShape *shape, const float *inputs, const float *kernel,
                         const float *bias, float *outputs) {
    /* stub: */
    enum { BLOCK = SUMS * VECTOR_FLOATS };
    for (int k = 0; k < shape->filters;) {
        all_places(shape, inputs, kernel + k, bias + k, outputs, k);
        k += k + BLOCK <= shape->filters ? BLOCK : VECTOR_FLOATS;
    }
}
