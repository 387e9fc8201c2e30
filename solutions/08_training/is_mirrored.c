/* Exercise 08_training, part 8: the alternating flip.
 *
 * Tossing a coin for each image in each epoch shows half of the images the same way twice in a row.
 * Better: toss one coin for each image, once for the whole training. The images with heads are
 * mirrored in the epochs 1, 3, 5, ..., those with tails in the epochs 2, 4, 6, ... So two epochs in
 * a row show each image both ways.
 *
 * Step by step:
 *   1. The coin of image `number`: random_bits_at(key, number) of base/random.h gives 64 random
 *      bits, always the same for the same key and number. Take the highest: shift the others out
 *      (>> 63). So all who write this have the same heads, and the same training.
 *   2. Is the epoch odd? The result is true if coin and epoch agree. */
#include "pieces/training.h"

#include "base/random.h"

bool is_mirrored(uint64_t key, int number, int epoch) {
    /* stub: (void)key, (void)number, (void)epoch; return false; */
    bool heads = random_bits_at(key, (uint64_t)number) >> 63;
    return heads == (epoch % 2 == 1);
}
