/* Exercise 13_regression: how far off is an answer?
 *
 * The network answers with a direction, two numbers (x, y) of any length, and so does the target.
 * The error is the angle between the two in degrees: 0 if they point the same way, 180 if they
 * point opposite ways, never more and never negative. 350 and 10 degrees are 20 degrees apart.
 *
 * With phi, the angle from a to b:
 *     cross = a.x * b.y - a.y * b.x = |a| |b| sin(phi),
 *     dot   = a.x * b.x + a.y * b.y = |a| |b| cos(phi).
 *
 * Step by step, in double: cross and dot; the angle that has this sine and this cosine, from
 * atan2(), which needs no lengths; its amount, fabs(); from radians to degrees. pi is M_PI of
 * math.h. */
#include "pieces/regression.h"

#include <math.h>

double angle_between(const float a[2], const float b[2]) {
    /* stub: return 0; */
    double cross = (double)a[0] * b[1] - (double)a[1] * b[0];
    double dot = (double)a[0] * b[0] + (double)a[1] * b[1];
    return fabs(atan2(cross, dot)) * 180 / M_PI;
}
