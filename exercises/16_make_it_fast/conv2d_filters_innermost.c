/* Exercise 16_make_it_fast, part 1: another order of the loops.
 *
 * Begin with your own loops of chapter 2 and change their order. There, one output is finished
 * before the next one begins; the loop over the filters k stands outside of those over the window.
 * Here it goes to the very inside:
 *
 *     for each image n, row y, column x of the outputs:
 *         for each filter k: the output begins with bias(k)
 *         for each r, s, c:
 *             for each filter k: add inputs(n, y * strides + r, x * strides + s, c)
 *                                    * kernel(r, s, c, k) to the output
 *
 * The same products, but now the innermost loop goes through neighbours in memory: the kernel is
 * (R, S, C, K), the outputs are (N, H', W', K). No sum waits for another one, and the input is the
 * same for the whole loop.
 *
 * What is simpler than in chapter 2: the images have their zeros around them already, so no pixel
 * lies outside, and pad_top and pad_left are 0. The format is channels_last, and there is a bias.
 * The sums are float: they stand in the outputs.
 *
 * Step by step:
 *   1. Loops over n, y, x. The K outputs of a place lie together; find where they begin:
 *      image_index() of kernels/shapes.h with CHANNELS_LAST, the outputs' sizes and filter 0.
 *   2. Set these K outputs to the bias.
 *   3. Loops over r, s, c. The input is one number; the K weights (r, s, c, ...) lie together.
 *   4. A loop over k that adds input times weight to the output.
 *
 * A static helper for step 4 makes this easier to read. */
#include "pieces/fast.h"

void conv2d_filters_innermost(const Conv2DShape *shape, const float *inputs, const float *kernel,
                              const float *bias, float *outputs) {
    /* CODE HERE */
}
