/* The piece of the regression example. The program that links the library supplies it, as it
 * supplies main(). */
#ifndef PIECES_REGRESSION_H
#define PIECES_REGRESSION_H

/* The angle between the directions a and b in degrees, from 0 (the same) to 180 (opposite). a and b
 * are vectors (x, y) of any length but 0. With phi the angle from a to b,
 *     tan(phi) = (a.x * b.y - a.y * b.x) / (a.x * b.x + a.y * b.y).
 * The angle is computed in double; angle_between(b, a) is the same. */
double angle_between(const float a[2], const float b[2]);

#endif
