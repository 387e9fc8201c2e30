/* The piece of the regression example. The program that links the library supplies it, as it
 * supplies main(). */
#ifndef PIECES_REGRESSION_H
#define PIECES_REGRESSION_H

/* The angle between two directions in degrees, 0 (the same) to 180 (opposite), whichever of them
 * comes first. Each is a vector (x, y) of any length but 0. With phi from one to the other,
 *     tan(phi) = (a.x * b.y - a.y * b.x) / (a.x * b.x + a.y * b.y).
 * Computed in double. */
double angle_between(const float a[2], const float b[2]);

#endif
