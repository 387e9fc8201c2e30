/* Diagnosis: bias[k] is read even if there is no bias; then `bias` is NULL and must not be
 * used. */
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
    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++)
                for (int k = 0; k < shape->filters; k++) {
                    double sum = window_sum(shape, inputs, kernel, n, y, x, k);
                    size_t to = image_index(shape->format, shape->out_height, shape->out_width,
                                            shape->filters, n, y, x, k);
                    outputs[to] = (float)(sum + bias[k]);
                }
}
