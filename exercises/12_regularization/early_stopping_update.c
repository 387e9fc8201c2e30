/* Exercise 12_regularization, part 2: early stopping.
 *
 * After each epoch the trainer measures the loss on images that the network was not trained on, and
 * asks: is this the best network so far, shall we wait for a better one, or is it time to stop?
 *
 * The answer depends on four numbers, see EarlyStopping in pieces/training.h: patience and
 * min_delta are given and stay as they are; best_loss and best_epoch are yours to keep up to date.
 *
 * Step by step:
 *   1. Is this epoch an improvement? If there was none before it (best_epoch is 0), yes, as long as
 *      the loss is a number: isnan() of math.h tells. Later, if loss < best_loss - min_delta.
 *   2. If so: note loss and epoch as the best, and return STOPPING_IMPROVED.
 *   3. If not: how many epochs ago was the best one (without one: all epochs count)? If patience
 *      epochs or more, return STOPPING_STOP, else STOPPING_WAIT. */
#include "pieces/training.h"

#include <math.h>

StoppingVerdict early_stopping_update(EarlyStopping *stopping, int epoch, double loss) {
    /* CODE HERE */
    return STOPPING_WAIT;
}
