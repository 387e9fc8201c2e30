/* Diagnosis: this is the mean of the single values' quotients; take the two norms first, then
 * one quotient. */
#include "models/plain.h"

#include <math.h>

double relative_branch_norm(size_t count, const float *branch, const float *shortcut) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += fabs((double)branch[i] / shortcut[i]);
    return sum / (double)count;
}
