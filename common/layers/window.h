/* The windows of convolutions and pools along an axis of an image. */
#ifndef LAYERS_WINDOW_H
#define LAYERS_WINDOW_H

#include "layers/layers.h"

/* The number of windows, and the zeros before the first value. */
typedef struct AxisWindows {
    int count, pad_before;
} AxisWindows;

/* Ends the program unless the padding is one of its kinds, pad is given to PADDING_SYMMETRIC alone,
 * and no number is absurd. */
void require_window(const Tensor *inputs, const char *operation, Padding padding, int pad,
                    int window_size, int strides);

/* Windows of window_size on `size` values; pad is for PADDING_SYMMETRIC. */
AxisWindows windows_along(Padding padding, int pad, int size, int window_size, int strides);

#endif
