/* Diagnosis: d_bias is written even if there is no bias; then it is NULL and must not be
 * used. */
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
    int size = shape->kernel_size, channels = shape->channels, filters = shape->filters;
    for (int r = 0; r < size; r++)
        for (int s = 0; s < size; s++)
            for (int c = 0; c < channels; c++)
                for (int k = 0; k < filters; k++) {
                    size_t tap = ((size_t)(r * size + s) * channels + c) * filters + k;
                    d_kernel[tap] = (float)weight_gradient(shape, inputs, d_outputs, r, s, c, k);
                }

    for (int k = 0; k < filters; k++)
        d_bias[k] = (float)bias_gradient(shape, d_outputs, k);
}
