/* Exercise 16_make_it_fast, part 2: a vector of filters at a time.
 *
 * A vector register holds VECTOR_FLOATS floats: 16, 8 or 4, as the build has it (1 with
 * SIMD=scalar). kernels/simd.h gives it a type, Vector, which the compiler itself adds and
 * multiplies, lane by lane:
 *
 *     Vector sum = vector_load(bias + k);               VECTOR_FLOATS neighbours from memory
 *     sum += input * vector_load(weights + k);          a float times a vector: times every lane
 *     vector_store(outputs + k, sum);                   and back
 *
 * Part 1 loads every sum from memory and stores it again for each product. Here the sums of
 * VECTOR_FLOATS filters stay in a register until they are complete: they are loaded from the bias
 * once and stored once. So the loop over the filters goes outside again, in steps of VECTOR_FLOATS:
 *
 *     for k = 0, VECTOR_FLOATS, 2 * VECTOR_FLOATS, ... below filters:
 *         for each n, y, x:
 *             one vector: the bias, plus all products of the window, for filters k, k + 1, ...
 *
 * One thing needs care. `filters` need not be a multiple of VECTOR_FLOATS, and the last vector may
 * reach beyond the last filter: in memory that is the next weight's row, or the end of the array.
 * vector_load_first(from, count) and vector_store_first(to, vector, count) move only the first
 * `count` lanes; a count of VECTOR_FLOATS or more is a whole vector. There are filters - k left.
 *
 * Step by step:
 *   1. The loops above. image_index() finds the window's first float and the outputs, as in part 1.
 *   2. A window has kernel_size rows. Its row r is one stretch of kernel_size * channels floats,
 *      since the pixels of a row and their channels are neighbours: one loop over `step` in place
 *      of those over s and c. The next row of the image is in_width * channels floats further on.
 *   3. The weights of the next step are `filters` floats further on, through all rows.
 *   4. sum += row[step] * vector_load_first(...). */
#include "kernels/simd.h"
#include "pieces/fast.h"

/* The sums of at most VECTOR_FLOATS filters: `left` are there, the kernel's and the bias's pointers
 * are at the first of them. */
static Vector window_sums(const Conv2DShape *shape, const float *window, const float *weights,
                          const float *bias, int left) {
    int steps = shape->kernel_size * shape->channels;
    Vector sums = vector_load_first(bias, left);
    for (int r = 0; r < shape->kernel_size; r++) {
        const float *row = window + (size_t)r * shape->in_width * shape->channels;
        for (int step = 0; step < steps; step++, weights += shape->filters)
            sums += row[step] * vector_load_first(weights, left);
    }
    return sums;
}

void conv2d_vectors(const Conv2DShape *shape, const float *inputs, const float *kernel,
                    const float *bias, float *outputs) {
    /* stub: */
    for (int k = 0; k < shape->filters; k += VECTOR_FLOATS)
        for (int n = 0; n < shape->batch; n++)
            for (int y = 0; y < shape->out_height; y++)
                for (int x = 0; x < shape->out_width; x++) {
                    size_t from =
                        image_index(CHANNELS_LAST, shape->in_height, shape->in_width,
                                    shape->channels, n, y * shape->strides, x * shape->strides, 0);
                    size_t to = image_index(CHANNELS_LAST, shape->out_height, shape->out_width,
                                            shape->filters, n, y, x, k);
                    int left = shape->filters - k;
                    Vector sums = window_sums(shape, inputs + from, kernel + k, bias + k, left);
                    vector_store_first(outputs + to, sums, left);
                }
}
