/* Images that grow in the course of a training: small ones are cheap, and teach the coarse things
 * first (Howard 2018, "Training Imagenet in 3 hours for 25 minutes"). */
#ifndef TRAINING_GROWTH_H
#define TRAINING_GROWTH_H

/* The side of the images of epoch number `epoch`, 1 to epochs: from `first` in a line to `full`,
 * which it reaches after three quarters of the epochs; cut to what `first` and a multiple of 4 make. */
int growth_side(int first, int full, int epoch, int epochs);

#endif
