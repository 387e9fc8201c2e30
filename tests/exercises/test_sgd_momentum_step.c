/* Tests of sgd_momentum_step(). */
#include "harness.h"

#include "pieces/training.h"

enum { COUNT = 7, STEPS = 3 };

/* Several steps in a row, so that what is kept in velocity shows. */
static void try_steps(SgdOptions options, float weight_decay) {
    double *values = random_values(1, COUNT), *velocity = random_values(2, COUNT);
    float *got_values = in_out_floats("values", values, COUNT);
    float *got_velocity = in_out_floats("velocity", velocity, COUNT);
    for (int step = 0; step < STEPS; step++) {
        double *gradients = random_values(3 + (uint64_t)step, COUNT);
        sgd_momentum_step(COUNT, options, weight_decay, input_floats("gradients", gradients, COUNT),
                          got_values, got_velocity);
        for (int i = 0; i < COUNT; i++) {
            double g = gradients[i] + (double)weight_decay * values[i];
            velocity[i] = (double)options.momentum * velocity[i] + g;
            double change = velocity[i];
            if (options.nesterov)
                change = g + (double)options.momentum * velocity[i];
            values[i] -= (double)options.learning_rate * change;
        }
    }
    record_output("velocity", axes_line('i', COUNT), got_velocity);
    expect_values("values", axes_line('i', COUNT), got_values, values, 1e-5);
    expect_values("velocity", axes_line('i', COUNT), got_velocity, velocity, 1e-5);
}

START_TEST(by_hand) {
    const double values[] = {1}, velocity[] = {2}, gradients[] = {4};
    const double new_values[] = {0.5}, new_velocity[] = {5}; /* 0.5 * 2 + 4; 1 - 0.1 * 5 */
    float *got_values = in_out_floats("values", values, 1);
    float *got_velocity = in_out_floats("velocity", velocity, 1);
    sgd_momentum_step(1, (SgdOptions){.learning_rate = 0.1f, .momentum = 0.5f}, 0,
                      input_floats("gradients", gradients, 1), got_values, got_velocity);
    record_output("velocity", axes_line('i', 1), got_velocity);
    expect_values("values", axes_line('i', 1), got_values, new_values, 1e-6);
    expect_values("velocity", axes_line('i', 1), got_velocity, new_velocity, 1e-6);
}
END_TEST

START_TEST(plain) {
    try_steps((SgdOptions){.learning_rate = 0.1f}, 0);
}
END_TEST

START_TEST(momentum) {
    try_steps((SgdOptions){.learning_rate = 0.1f, .momentum = 0.9f}, 0);
}
END_TEST

START_TEST(weight_decay) {
    try_steps((SgdOptions){.learning_rate = 0.1f, .momentum = 0.9f}, 0.25f);
}
END_TEST

START_TEST(nesterov) {
    try_steps((SgdOptions){.learning_rate = 0.1f, .momentum = 0.9f, .nesterov = true}, 0.25f);
}
END_TEST

START_TEST(other_numbers) {
    try_steps((SgdOptions){.learning_rate = 0.03f, .momentum = 0.6f}, 0.01f);
    try_steps((SgdOptions){.learning_rate = 1.5f, .momentum = 0.25f, .nesterov = true}, 0.125f);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "one value, by hand");
    add_test(plain, "no momentum: plain gradient descent");
    add_test(momentum, "momentum over three steps");
    add_test(weight_decay, "weight decay is part of the gradient");
    add_test(nesterov, "Nesterov's momentum");
    add_test(other_numbers, "other rates, momenta and weight decays");
}
