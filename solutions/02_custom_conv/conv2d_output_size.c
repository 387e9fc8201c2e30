/* How many outputs a window makes along an axis: the equation stands in pieces/loops.h. */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    int room = input_size + pad_total - kernel_size; /* how far the window can move */
    if (room < 0)
        return 0; /* without this test C's division, which rounds towards zero, could answer 1 */
    return room / strides + 1;
}
