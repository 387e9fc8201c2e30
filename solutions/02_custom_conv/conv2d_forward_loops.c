/* Exercise 02_custom_conv, part 2: the convolution.
 *
 * Filter k lays its window on image n. The output at (y, x) is the sum over the window's rows r and
 * columns s and over all channels c of
 *     inputs(n, i, j, c) * kernel(r, s, c, k),
 * and the filter's bias on top, once. (i, j) is the pixel under (r, s):
 *     i = y * strides + r - pad_top,
 *     j = x * strides + s - pad_left.
 * Nobody has padded the image. Instead, a pixel with i or j outside the image counts as zero: you
 * leave it out of the sum.
 *
 * All sizes are in *shape (kernels/shapes.h says which are there). The kernel lies in memory as
 * (R, S, C, K), the last axis contiguous, with R = S = kernel_size. The images may be channels_last
 * or channels_first, and you need not care: image_index() of kernels/shapes.h says where the value
 * (n, i, j, c) lies if you give it shape->format and the array's height, width and channels. The
 * outputs have their own: out_height, out_width and filters.
 *
 * Step by step:
 *   1. Four loops over the outputs: n, y, x, k.
 *   2. For each, a sum that starts at 0. A double keeps more digits than a float.
 *   3. Inside, loops over r, s and c. Find i and j; skip the pixel if it lies outside the image.
 *      Add input times weight to the sum.
 *   4. Behind these three loops, add bias[k], but only if there is a bias: without one, `bias` is
 *      NULL.
 *   5. Store the sum as the output at (n, y, x, k).
 *
 * Seven loops in one function are hard to read. You may put the inner three into a helper function
 * above this one; write `static` before it. */
#include "pieces/loops.h"

/* One output: what the window at (y, x) of image n gives for filter k. */
static double window_sum(const Conv2DShape *shape, const float *inputs, const float *kernel, int n,
                         int y, int x, int k) {
    int size = shape->kernel_size, channels = shape->channels;
    double sum = 0;
    for (int r = 0; r < size; r++)
        for (int s = 0; s < size; s++) {
            int i = y * shape->strides + r - shape->pad_top;
            int j = x * shape->strides + s - shape->pad_left;
            if (i < 0 || i >= shape->in_height || j < 0 || j >= shape->in_width)
                continue; /* outside the image: zero */
            for (int c = 0; c < channels; c++) {
                size_t from = image_index(shape->format, shape->in_height, shape->in_width,
                                          channels, n, i, j, c);
                size_t tap = ((size_t)(r * size + s) * channels + c) * shape->filters + k;
                sum += (double)inputs[from] * kernel[tap];
            }
        }
    return sum;
}

void conv2d_forward_loops(const Conv2DShape *shape, const float *inputs, const float *kernel,
                          const float *bias, float *outputs) {
    /* stub: */
    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++)
                for (int k = 0; k < shape->filters; k++) {
                    double sum = window_sum(shape, inputs, kernel, n, y, x, k);
                    size_t to = image_index(shape->format, shape->out_height, shape->out_width,
                                            shape->filters, n, y, x, k);
                    outputs[to] = (float)(bias ? sum + bias[k] : sum);
                }
}
