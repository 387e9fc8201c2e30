/* Times a fixed computation, in seconds of computing: what else runs does not count. */
#include "calibrate.h"

#include <time.h>

enum { ROUNDS = 20 * 1000 * 1000 };
static const double usual_seconds = 0.08, most = 50;

double calibrate(void) {
    clock_t start = clock();
    volatile double sum = 0;
    for (int i = 0; i < ROUNDS; i++)
        sum = sum + 1.0 / (i + 1);
    double scale = (double)(clock() - start) / CLOCKS_PER_SEC / usual_seconds;
    return scale < 1 ? 1 : scale > most ? most : scale;
}
