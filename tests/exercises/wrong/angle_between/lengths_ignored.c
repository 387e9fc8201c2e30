/* Diagnosis: acos wants the cosine, and dot is the cosine only if both lengths are 1; atan2(cross,
 * dot) needs no lengths. */
#include "pieces/regression.h"

#include <math.h>

double angle_between(const float a[2], const float b[2]) {
    double dot = (double)a[0] * b[0] + (double)a[1] * b[1];
    return acos(fmax(-1, fmin(1, dot))) * 180 / M_PI;
}
