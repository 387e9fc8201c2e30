/* Diagnosis: the training stops one epoch early: patience epochs in a row must have failed to
 * improve. */
#include "pieces/training.h"

#include <math.h>

StoppingVerdict early_stopping_update(EarlyStopping *stopping, int epoch, double loss) {
    bool improved = stopping->best_epoch == 0
                        ? !isnan(loss)
                        : loss < stopping->best_loss - (double)stopping->min_delta;
    if (improved) {
        stopping->best_loss = loss;
        stopping->best_epoch = epoch;
        return STOPPING_IMPROVED;
    }
    return epoch - stopping->best_epoch >= stopping->patience - 1 ? STOPPING_STOP : STOPPING_WAIT;
}
