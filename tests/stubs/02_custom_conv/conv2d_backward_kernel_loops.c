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

void conv2d_backward_kernel_loops(const Conv2DShape *shape, const float *inputs,
                                  const float *d_outputs, float *d_kernel, float *d_bias) {
    /* CODE HERE */
}
