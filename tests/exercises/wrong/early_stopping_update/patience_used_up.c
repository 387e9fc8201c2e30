/* Diagnosis: every epoch without an improvement takes from the patience for good; an improvement
 * must renew it, and patience must stay as it was given. */
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
    stopping->patience--;
    return stopping->patience <= 0 ? STOPPING_STOP : STOPPING_WAIT;
}
