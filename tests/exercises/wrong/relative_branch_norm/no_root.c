/* Diagnosis: the square roots are missing: this is the quotient of the sums of squares. */
#include "models/plain.h"

#include <math.h>

double relative_branch_norm(size_t count, const float *branch, const float *shortcut) {
    double of_branch = 0, of_shortcut = 0;
    for (size_t i = 0; i < count; i++) {
        of_branch += (double)branch[i] * branch[i];
        of_shortcut += (double)shortcut[i] * shortcut[i];
    }
    return of_branch / of_shortcut;
}
