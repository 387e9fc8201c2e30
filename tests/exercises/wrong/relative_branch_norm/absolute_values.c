/* Diagnosis: absolute values are added up instead of squares; the norm is the root of the sum of
 * squares. */
#include "models/plain.h"

#include <math.h>

double relative_branch_norm(size_t count, const float *branch, const float *shortcut) {
    double of_branch = 0, of_shortcut = 0;
    for (size_t i = 0; i < count; i++) {
        of_branch += fabs((double)branch[i]);
        of_shortcut += fabs((double)shortcut[i]);
    }
    return of_branch / of_shortcut;
}
