/* Diagnosis: pad_total is not used; the zeros count as values that the window can lie on. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size - kernel_size; /* how far the window can move */
    if (room < 0)
        return 0;
    return room / strides + 1;
}
