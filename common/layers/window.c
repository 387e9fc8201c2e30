#include "layers/window.h"

#include <limits.h>
#include <stdint.h>

#include "base/error.h"
#include "graph/operation.h"

enum { LARGEST = 32767 };

void require_window(const Tensor *inputs, const char *operation, Padding padding, int pad,
                    int window_size, int strides) {
    require(padding == PADDING_VALID || padding == PADDING_SAME || padding == PADDING_SYMMETRIC,
            "%s: padding %d is none; use PADDING_VALID, PADDING_SAME or PADDING_SYMMETRIC",
            tensor_place(inputs, operation), (int)padding);
    require(pad == 0 || padding == PADDING_SYMMETRIC,
            "%s: pad %d is for PADDING_SYMMETRIC; use that, or leave pad out",
            tensor_place(inputs, operation), pad);
    require(window_size <= LARGEST && strides <= LARGEST && pad <= LARGEST,
            "%s: a window of %d, strides %d, pad %d; at most %d of each are possible",
            tensor_place(inputs, operation), window_size, strides, pad, LARGEST);
}

/* A number that is too large stays so: graph.c refuses the shape. */
static int as_int(int64_t count) {
    return (int)(count < INT_MAX ? count : INT_MAX);
}

AxisWindows windows_along(Padding padding, int pad, int size, int window_size, int strides) {
    if (padding == PADDING_SAME) {
        int64_t count = ((int64_t)size + strides - 1) / strides;
        int64_t total = (count - 1) * strides + window_size - size;
        return (AxisWindows){as_int(count), total > 0 ? as_int(total / 2) : 0};
    }
    int before = padding == PADDING_SYMMETRIC ? pad : 0;
    int64_t room = (int64_t)size + 2 * (int64_t)before - window_size;
    return (AxisWindows){room < 0 ? 0 : as_int(room / strides + 1), before};
}
