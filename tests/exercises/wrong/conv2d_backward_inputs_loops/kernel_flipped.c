/* Diagnosis: the kernel is turned around although the loops go from outputs to inputs: the
 * weight is the same one, (r, s), that the forward pass used for this input and output. */
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
                size_t tap = ((size_t)((size - 1 - r) * size + (size - 1 - s)) * channels + c) *
                                 shape->filters +
                             k;
                d_inputs[to] += d_output * kernel[tap];
            }
        }
}

void conv2d_backward_inputs_loops(const Conv2DShape *shape, const float *d_outputs,
                                  const float *kernel, float *d_inputs) {
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
