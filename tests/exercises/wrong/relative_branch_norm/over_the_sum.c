/* Diagnosis: the branch is compared with the block's outputs, branch plus shortcut; it must be
 * compared with the shortcut alone. */
#include "models/plain.h"

#include <math.h>

double relative_branch_norm(size_t count, const float *branch, const float *shortcut) {
    double of_branch = 0, of_outputs = 0;
    for (size_t i = 0; i < count; i++) {
        double output = (double)branch[i] + shortcut[i];
        of_branch += (double)branch[i] * branch[i];
        of_outputs += output * output;
    }
    return sqrt(of_branch) / sqrt(of_outputs);
}
