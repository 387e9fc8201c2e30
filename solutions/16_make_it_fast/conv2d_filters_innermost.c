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

/* sums(k) += input * weights(k) for all filters. */
static void add_products(int filters, float input, const float *weights, float *sums) {
    for (int k = 0; k < filters; k++)
        sums[k] += input * weights[k];
}

/* All filters' sums of the window that begins at pixel (i, j) of image n. */
static void add_window(const Conv2DShape *shape, const float *inputs, const float *kernel,
                       float *sums, int n, int i, int j) {
    int size = shape->kernel_size, channels = shape->channels, filters = shape->filters;
    for (int r = 0; r < size; r++)
        for (int s = 0; s < size; s++)
            for (int c = 0; c < channels; c++) {
                size_t from = image_index(CHANNELS_LAST, shape->in_height, shape->in_width,
                                          channels, n, i + r, j + s, c);
                size_t tap = ((size_t)(r * size + s) * channels + c) * filters;
                add_products(filters, inputs[from], kernel + tap, sums);
            }
}

void conv2d_filters_innermost(const Conv2DShape *shape, const float *inputs, const float *kernel,
                              const float *bias, float *outputs) {
    /* stub: */
    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++) {
                float *sums = outputs + image_index(CHANNELS_LAST, shape->out_height,
                                                    shape->out_width, shape->filters, n, y, x, 0);
                for (int k = 0; k < shape->filters; k++)
                    sums[k] = bias[k];
                add_window(shape, inputs, kernel, sums, n, y * shape->strides, x * shape->strides);
            }
}
