/* Diagnosis: min_delta is ignored: an improvement is a loss below best_loss - min_delta. */
#include "pieces/training.h"

#include <math.h>

StoppingVerdict early_stopping_update(EarlyStopping *stopping, int epoch, double loss) {
    bool improved = stopping->best_epoch == 0 ? !isnan(loss) : loss < stopping->best_loss;
    if (improved) {
        stopping->best_loss = loss;
        stopping->best_epoch = epoch;
        return STOPPING_IMPROVED;
    }
    return epoch - stopping->best_epoch >= stopping->patience ? STOPPING_STOP : STOPPING_WAIT;
}
