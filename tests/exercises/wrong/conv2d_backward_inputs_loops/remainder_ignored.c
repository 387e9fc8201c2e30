/* Diagnosis: y = (i + pad_top - r) / strides is used although the division leaves a remainder:
 * then no window reads that pixel through that tap (and C rounds -1 / 2 to 0). */
#include "pieces/loops.h"

/* The gradient of one input: the sum over the windows that read it. */
static double input_gradient(const Conv2DShape *shape, const float *d_outputs, const float *kernel,
                             int n, int i, int j, int c) {
    int size = shape->kernel_size, channels = shape->channels;
    double sum = 0;
    for (int r = 0; r < size; r++)
        for (int s = 0; s < size; s++) {
            int y = (i + shape->pad_top - r) / shape->strides;
            int x = (j + shape->pad_left - s) / shape->strides;
            if (y < 0 || y >= shape->out_height || x < 0 || x >= shape->out_width)
                continue;
            for (int k = 0; k < shape->filters; k++) {
                size_t from = image_index(shape->format, shape->out_height, shape->out_width,
                                          shape->filters, n, y, x, k);
                size_t tap = ((size_t)(r * size + s) * channels + c) * shape->filters + k;
                sum += (double)d_outputs[from] * kernel[tap];
            }
        }
    return sum;
}

void conv2d_backward_inputs_loops(const Conv2DShape *shape, const float *d_outputs,
                                  const float *kernel, float *d_inputs) {
    for (int n = 0; n < shape->batch; n++)
        for (int i = 0; i < shape->in_height; i++)
            for (int j = 0; j < shape->in_width; j++)
                for (int c = 0; c < shape->channels; c++) {
                    size_t to = image_index(shape->format, shape->in_height, shape->in_width,
                                            shape->channels, n, i, j, c);
                    d_inputs[to] = (float)input_gradient(shape, d_outputs, kernel, n, i, j, c);
                }
}
