/* Chapter 12's regularisers of the weights themselves, by hand. */
#include "cases.h"

#include "12_regularization/weights.h"

static void expect(int count, const float *found, const float *expected) {
    for (int i = 0; i < count; i++)
        ck_assert_float_eq_tol(found[i], expected[i], 1e-6f);
}

START_TEST(thresholds) {
    float weights[] = {0.5f, -0.3f, 0.1f, -0.05f, 0};
    soft_threshold(5, 0.2f, weights);
    expect(5, weights, (float[]){0.3f, -0.1f, 0, 0, 0});
    for (int i = 2; i < 5; i++)
        ck_assert(weights[i] == 0);
}
END_TEST

START_TEST(rounds) {
    float rounded[5];
    round_weights(5, 4, (float[]){0.7f, -0.34f, 0.06f, 0.04f, -0.26f},
                  rounded); /* 7 steps of 0.1 */
    expect(5, rounded, (float[]){0.7f, -0.3f, 0.1f, 0, -0.3f});
    round_weights(3, 2, (float[]){-1, 0.4f, 0.6f}, rounded);
    expect(3, rounded, (float[]){-1, 0, 1});
    round_weights(3, 1, (float[]){1, -2, 3}, rounded);
    expect(3, rounded, (float[]){2, -2, 2});
    round_weights(2, 4, (float[]){0, 0}, rounded);
    expect(2, rounded, (float[]){0, 0});
}
END_TEST

/* A kernel of two weights and a bias. */
static Params *store(Parameter **kernel, Parameter **bias) {
    Params *params = params_new(0);
    *kernel = params_get(params, "kernel", shape2(1, 2), PARAMETER_KERNEL);
    *bias = params_get(params, "bias", shape1(1), PARAMETER_BIAS);
    params_allocate_training(params);
    parameter_values(*kernel)[0] = 1;
    parameter_values(*kernel)[1] = 0.4f;
    parameter_values(*bias)[0] = 0.3f;
    return params;
}

/* 0.4 is rounded to 0. Steps of 0.05 and 0.1 make it 0.45, and still 0; then 0.55, and 1. */
START_TEST(straight_through) {
    Parameter *kernel, *bias;
    Params *params = store(&kernel, &bias);
    WeightRules rules = {.bits = 2};
    static const float steps[] = {0, 0.05f, 0.1f}, expected[] = {0, 0, 1};
    for (int i = 0; i < 3; i++) {
        parameter_values(kernel)[1] += steps[i];
        parameter_values(bias)[0] += steps[i];
        weight_rules_apply(&rules, params, 0.1f);
        expect(2, parameter_values(kernel), (float[]){1, expected[i]});
    }
    expect(1, parameter_values(bias), (float[]){0.45f});
    weight_rules_free(&rules);
    params_free(params);
}
END_TEST

/* With momentum 0.9 a step counts ten times: 0.01 * 10 * 5 = 0.5. */
START_TEST(l1) {
    Parameter *kernel, *bias;
    Params *params = store(&kernel, &bias);
    WeightRules rules = {.l1 = 5, .momentum = 0.9f};
    ck_assert(weights_zeros(params) == 0);
    weight_rules_apply(&rules, params, 0.01f);
    expect(2, parameter_values(kernel), (float[]){0.5f, 0});
    expect(1, parameter_values(bias), (float[]){0.3f});
    ck_assert(weights_zeros(params) == 0.5);
    weight_rules_free(&rules);
    params_free(params);
}
END_TEST

TCase *weights_tests(void) {
    TCase *tests = tcase_create("weights");
    tcase_add_test(tests, thresholds);
    tcase_add_test(tests, rounds);
    tcase_add_test(tests, straight_through);
    tcase_add_test(tests, l1);
    return tests;
}
