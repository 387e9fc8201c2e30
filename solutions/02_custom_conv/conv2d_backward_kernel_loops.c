/* Exercise 02_custom_conv, part 4: the gradients of the convolution's kernel and bias.
 *
 * Look at one weight, kernel(r, s, c, k). In the forward pass it was used at every place (n, y, x)
 * where the window stopped: there it was multiplied by
 *     inputs(n, i, j, c)  with  i = y * strides + r - pad_top,  j = x * strides + s - pad_left,
 * and the product went into the output (n, y, x, k). If the weight grows by a little, that output
 * grows by the input times as much, and the loss by d_outputs(n, y, x, k) times that. The weight's
 * gradient is the sum of this over all places, of all images.
 *
 * The bias of filter k went into every output of the filter, as it is: its gradient is the sum of
 * their gradients.
 *
 * They are sums, not means: whoever computes the loss has already divided by the number of images.
 *
 * Step by step:
 *   1. Four loops over the weights: r, s, c, k. The kernel lies in memory as (R, S, C, K).
 *   2. For each, a sum that starts at 0 (a double is best), and loops over n, y, x. Skip places
 *      where the pixel (i, j) lies outside the image. Add input times output's gradient.
 *   3. Store the sum in d_kernel.
 *   4. If d_bias is not NULL: for each filter k, store the sum of its outputs' gradients.
 *
 * A static helper for one weight's sum makes this easier to read. */
#include "pieces/loops.h"

/* One weight's gradient: it was used once in every window, on the input under it. */
static double weight_gradient(const Conv2DShape *shape, const float *inputs, const float *d_outputs,
                              int r, int s, int c, int k) {
    double sum = 0;
    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++) {
                int i = y * shape->strides + r - shape->pad_top;
                int j = x * shape->strides + s - shape->pad_left;
                if (i < 0 || i >= shape->in_height || j < 0 || j >= shape->in_width)
                    continue; /* outside the image: zero */
                size_t in = image_index(shape->format, shape->in_height, shape->in_width,
                                        shape->channels, n, i, j, c);
                size_t out = image_index(shape->format, shape->out_height, shape->out_width,
                                         shape->filters, n, y, x, k);
                sum += (double)inputs[in] * d_outputs[out];
            }
    return sum;
}

/* One bias's gradient: it was added to every output of its filter. */
static double bias_gradient(const Conv2DShape *shape, const float *d_outputs, int k) {
    double sum = 0;
    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++)
                sum += d_outputs[image_index(shape->format, shape->out_height, shape->out_width,
                                             shape->filters, n, y, x, k)];
    return sum;
}

void conv2d_backward_kernel_loops(const Conv2DShape *shape, const float *inputs,
                                  const float *d_outputs, float *d_kernel, float *d_bias) {
    /* stub: */
    int size = shape->kernel_size, channels = shape->channels, filters = shape->filters;
    for (int r = 0; r < size; r++)
        for (int s = 0; s < size; s++)
            for (int c = 0; c < channels; c++)
                for (int k = 0; k < filters; k++) {
                    size_t tap = ((size_t)(r * size + s) * channels + c) * filters + k;
                    d_kernel[tap] = (float)weight_gradient(shape, inputs, d_outputs, r, s, c, k);
                }

    if (d_bias)
        for (int k = 0; k < filters; k++)
            d_bias[k] = (float)bias_gradient(shape, d_outputs, k);
}
