/* Exercise 02_custom_conv, part 1: how many outputs a window makes.
 *
 * Along one axis of an image lie input_size values; padding has added pad_total zeros to them,
 * those before and those after counted together. A window of kernel_size values starts at the very
 * beginning and moves on by `strides` values at a time, for as long as it fits in whole. Each place
 * where it stops gives one output.
 *
 * Step by step:
 *   1. How many values are there with the zeros?
 *   2. The window covers kernel_size of them. How many are left behind it when it stands at the
 *      beginning? So far it can move: call it room.
 *   3. If room is negative, the window is too large for any place: the answer is 0. Do not leave
 *      this to the division: C rounds it towards zero, so -1 / 2 is 0.
 *   4. How many whole steps of `strides` fit into room?
 *   5. How many places is that, the first one counted too? */
#include "pieces/loops.h"

int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total) {
    /* stub: return 0; */
    int room = input_size + pad_total - kernel_size; /* how far the window can move */
    if (room < 0)
        return 0; /* without this test C's division, which rounds towards zero, could answer 1 */
    return room / strides + 1;
}
