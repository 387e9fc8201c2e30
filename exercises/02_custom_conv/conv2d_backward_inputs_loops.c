/* Exercise 02_custom_conv, part 3: the gradient of the convolution's inputs.
 *
 * d_outputs holds, for every output, how fast the loss grows with it. Wanted is the same for every
 * input: d_inputs.
 *
 * In the forward pass, the output at (n, y, x) of filter k had in it, for each r, s and c, the term
 *     inputs(n, i, j, c) * kernel(r, s, c, k)  with  i = y * strides + r - pad_top,
 *                                                    j = x * strides + s - pad_left.
 * If that input grows by a little, the output grows by kernel(r, s, c, k) times as much, and the
 * loss by d_outputs(n, y, x, k) times that. An input lies in many windows, and each of the windows
 * adds its part to the input's gradient.
 *
 * Step by step:
 *   1. Set all of d_inputs to 0: what is in it when the function is called is rubbish, and you are
 *      going to add to it.
 *   2. Walk through the same loops as in the forward pass: over n, y, x, k, and inside them over
 *      r, s, c, with the same i and j. Skip pixels outside the image: nobody wants the gradient of
 *      the padding's zeros.
 *   3. Where the forward pass read an input and a weight, add the output's gradient times the
 *      weight to the input's gradient.
 *
 * So you need not turn anything around: neither the kernel nor the strides. image_index() serves
 * for both arrays of images; mind that each has its own height, width and channels. */
#include "pieces/loops.h"

void conv2d_backward_inputs_loops(const Conv2DShape *shape, const float *d_outputs,
                                  const float *kernel, float *d_inputs) {
    /* CODE HERE */
}
