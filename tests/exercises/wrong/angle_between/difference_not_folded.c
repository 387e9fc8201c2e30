/* Diagnosis: the difference of two angles can be greater than 180 degrees: 350 and 10 are 20 apart,
 * not 340. */
#include "pieces/regression.h"

#include <math.h>

double angle_between(const float a[2], const float b[2]) {
    double difference = atan2((double)a[1], (double)a[0]) - atan2((double)b[1], (double)b[0]);
    return fabs(difference) * 180 / M_PI;
}
