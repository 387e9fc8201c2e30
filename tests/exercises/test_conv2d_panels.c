/* Tests of conv2d_panels(). */
#include "fast_convolutions.h"
#include "harness.h"

void exercise_tests(void) {
    add_fast_tests(conv2d_panels);
}
