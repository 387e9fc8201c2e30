/* Diagnosis: the result is the angle beside the one that is wanted: 180 minus it. */
#include "pieces/regression.h"

#include <math.h>

double angle_between(const float a[2], const float b[2]) {
    double cross = (double)a[0] * b[1] - (double)a[1] * b[0];
    double dot = (double)a[0] * b[0] + (double)a[1] * b[1];
    return 180 - fabs(atan2(cross, dot)) * 180 / M_PI;
}
