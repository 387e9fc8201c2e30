/* Diagnosis: pad_total is counted twice; it already is the zeros before and after together. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size + 2 * pad_total - kernel_size; /* how far the window can move */
    if (room < 0)
        return 0;
    return room / strides + 1;
}
