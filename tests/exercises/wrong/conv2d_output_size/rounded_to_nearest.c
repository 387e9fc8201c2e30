/* Diagnosis: the division is rounded to the nearest whole number; a last step that does not fit
 * in whole does not count, so it is rounded down. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size + pad_total - kernel_size; /* how far the window can move */
    if (room < 0)
        return 0;
    return (int)((double)room / strides + 0.5) + 1;
}
