/* Tests of conv2d_several_sums(). */
#include "fast_convolutions.h"
#include "harness.h"

void exercise_tests(void) {
    add_fast_tests(conv2d_several_sums);
}
