/* Diagnosis: kernel_size is not subtracted: the window must fit in whole, so it can only move by
 * input_size + pad_total - kernel_size. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size + pad_total; /* how far the window can move */
    if (room < 0)
        return 0;
    return room / strides + 1;
}
