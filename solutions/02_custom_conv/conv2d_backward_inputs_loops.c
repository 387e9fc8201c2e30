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

/* The gradient of the output at (y, x) of image n for filter k goes back to every input that its
 * window read, times the weight that the input was read with. */
static void give_back(const Conv2DShape *shape, float d_output, const float *kernel,
                      float *d_inputs, int n, int y, int x, int k) {
    int size = shape->kernel_size, channels = shape->channels;
    for (int r = 0; r < size; r++)
        for (int s = 0; s < size; s++) {
            int i = y * shape->strides + r - shape->pad_top;
            int j = x * shape->strides + s - shape->pad_left;
            if (i < 0 || i >= shape->in_height || j < 0 || j >= shape->in_width)
                continue; /* padding needs no gradient */
            for (int c = 0; c < channels; c++) {
                size_t to = image_index(shape->format, shape->in_height, shape->in_width, channels,
                                        n, i, j, c);
                size_t tap = ((size_t)(r * size + s) * channels + c) * shape->filters + k;
                d_inputs[to] += d_output * kernel[tap];
            }
        }
}

void conv2d_backward_inputs_loops(const Conv2DShape *shape, const float *d_outputs,
                                  const float *kernel, float *d_inputs) {
    /* stub: */
    size_t count = (size_t)shape->batch * shape->in_height * shape->in_width * shape->channels;
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = 0; /* windows overlap, so gradients are added up */

    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++)
                for (int k = 0; k < shape->filters; k++) {
                    size_t from = image_index(shape->format, shape->out_height, shape->out_width,
                                              shape->filters, n, y, x, k);
                    give_back(shape, d_outputs[from], kernel, d_inputs, n, y, x, k);
                }
}
