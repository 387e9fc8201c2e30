#include "layers/window.h"

AxisWindows windows_along(Padding padding, int pad, int size, int window_size, int strides) {
    if (padding == PADDING_SAME) {
        int count = (size + strides - 1) / strides;
        int total = (count - 1) * strides + window_size - size;
        return (AxisWindows){count, total > 0 ? total / 2 : 0};
    }
    int before = padding == PADDING_SYMMETRIC ? pad : 0;
    int room = size + 2 * before - window_size;
    return (AxisWindows){room < 0 ? 0 : room / strides + 1, before};
}
