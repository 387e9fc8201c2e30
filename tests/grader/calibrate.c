/* Times a fixed computation, in seconds of computing: what else runs does not count. */
#include "calibrate.h"

#include <time.h>

enum { ROUNDS = 20 * 1000 * 1000 };
static const double usual_seconds = 0.08, most = 50;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double calibrate(void) {
    double start = now();
    volatile double sum = 0;
    for (int i = 0; i < ROUNDS; i++)
        sum = sum + 1.0 / (i + 1);
    double scale = (now() - start) / usual_seconds;
    return scale < 1 ? 1 : scale > most ? most : scale;
}
