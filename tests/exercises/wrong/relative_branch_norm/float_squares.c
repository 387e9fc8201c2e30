/* Diagnosis: the squares are computed as floats, which end at 3.4e38; make each value a double
 * before it is squared. */
#include "models/plain.h"

#include <math.h>

double relative_branch_norm(size_t count, const float *branch, const float *shortcut) {
    double of_branch = 0, of_shortcut = 0;
    for (size_t i = 0; i < count; i++) {
        of_branch += branch[i] * branch[i];
        of_shortcut += shortcut[i] * shortcut[i];
    }
    return sqrt(of_branch) / sqrt(of_shortcut);
}
