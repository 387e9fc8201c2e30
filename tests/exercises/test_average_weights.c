/* Tests of average_weights(). */
#include "harness.h"

#include "pieces/training.h"

enum { COUNT = 7, STEPS = 5 };

/* One call, from given averages. */
static void try_step(float decay, size_t count, const double *values, const double *averages,
                     const double *expected) {
    float *got = in_out_floats("averages", averages, count);
    average_weights(count, decay, input_floats("values", values, count), got);
    expect_values("averages", axes_line('i', (int)count), got, expected, 1e-5);
}

START_TEST(by_hand) {
    const double values[] = {4}, averages[] = {2}, expected[] = {2.5}; /* 0.75 * 2 + 0.25 * 4 */
    try_step(0.75F, 1, values, averages, expected);
}
END_TEST

START_TEST(no_decay) {
    const double values[] = {3, -1, 0.5}, averages[] = {7, 7, 7};
    try_step(0, 3, values, averages, values);
}
END_TEST

START_TEST(at_rest) {
    const double values[] = {3, -1, 0.5};
    try_step(0.9F, 3, values, values, values);
}
END_TEST

/* The weights that the sum gives to the values of the steps, the last first: (1 - decay) * decay^k,
 * and to the average that was there before, decay^STEPS. */
START_TEST(several_steps) {
    const double decay = 0.75;
    const double *first = random_values(1, COUNT);
    float *got = in_out_floats("averages", first, COUNT);
    double *expected = new_doubles(COUNT), weight = 1;
    for (int step = 1; step <= STEPS; step++)
        average_weights(COUNT, (float)decay,
                        input_floats("values", random_values(1 + (uint64_t)step, COUNT), COUNT),
                        got);
    for (int step = STEPS; step >= 1; step--, weight *= decay)
        for (int i = 0; i < COUNT; i++)
            expected[i] += (1 - decay) * weight * random_values(1 + (uint64_t)step, COUNT)[i];
    for (int i = 0; i < COUNT; i++)
        expected[i] += weight * first[i];
    expect_values("averages", axes_line('i', COUNT), got, expected, 1e-5);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "one value, by hand");
    add_test(no_decay, "decay 0: the values themselves");
    add_test(at_rest, "values that equal their averages change nothing");
    add_test(several_steps, "five steps: each value's share in the average");
}
