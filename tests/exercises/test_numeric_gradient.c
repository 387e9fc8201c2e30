/* Tests of numeric_gradient(). The functions are so simple that differences are known exactly. */
#include "harness.h"

#include "pieces/gradient_check.h"

static void square(const void *context, const float *inputs, float *outputs) {
    (void)context;
    outputs[0] = inputs[0] * inputs[0];
}

static void cube(const void *context, const float *inputs, float *outputs) {
    (void)context;
    outputs[0] = inputs[0] * inputs[0] * inputs[0];
}

/* outputs(j) = inputs(j). */
static void copy_two(const void *context, const float *inputs, float *outputs) {
    (void)context;
    outputs[0] = inputs[0];
    outputs[1] = inputs[1];
}

/* Neighbours are multiplied, so each input's gradient depends on the others. */
enum { CHAIN = 5 };
static void products(const void *context, const float *inputs, float *outputs) {
    (void)context;
    for (int j = 0; j + 1 < CHAIN; j++)
        outputs[j] = inputs[j] * inputs[j + 1];
}

/* Many outputs, most of which do not depend on the input. */
enum { MANY = 3000 };
static void many(const void *context, const float *inputs, float *outputs) {
    (void)context;
    for (int j = 0; j < MANY; j++)
        outputs[j] = j == MANY / 2 ? inputs[0] : 1000 + (float)(j % 7);
}

static void scaled(const void *context, const float *inputs, float *outputs) {
    outputs[0] = *(const float *)context * inputs[0];
}

/* The gradient by the function under test; as floats, to be recorded. */
static const double *gradient_of(Differentiable function, const double *inputs,
                                 const double *d_outputs, float epsilon) {
    size_t count = function.num_inputs;
    double *gradient = new_doubles(count);
    float recorded[CHAIN];
    for (size_t i = 0; i < count; i++)
        gradient[i] = 1e30;
    numeric_gradient(&function, input_floats("inputs", inputs, count),
                     input_floats("d_outputs", d_outputs, function.num_outputs), epsilon, gradient);
    for (size_t i = 0; i < count; i++)
        recorded[i] = (float)gradient[i];
    record_output("gradient", axes_line('i', count), recorded);
    return gradient;
}

START_TEST(by_hand) {
    Differentiable function = {1, 1, square, NULL, NULL};
    const double *gradient = gradient_of(function, (double[]){3}, (double[]){2}, 0.25f);
    expect_number("gradient(0) of 2 * x * x at 3", gradient[0], 12, 1e-6);
}
END_TEST

/* ((x + h)^3 - (x - h)^3) / 2h = 3 x^2 + h^2; one-sided it would be 3 x^2 + 3 x h + h^2. */
START_TEST(central) {
    Differentiable function = {1, 1, cube, NULL, NULL};
    const double *gradient = gradient_of(function, (double[]){0.5}, (double[]){1}, 0.25f);
    expect_number("gradient(0) of x * x * x at 0.5 with epsilon 0.25", gradient[0], 0.75 + 0.0625,
                  1e-6);
}
END_TEST

/* The same where |x| counts: at -2.5, h is 0.625. */
START_TEST(relative_step) {
    Differentiable function = {1, 1, cube, NULL, NULL};
    const double *gradient = gradient_of(function, (double[]){-2.5}, (double[]){1}, 0.25f);
    expect_number("gradient(0) of x * x * x at -2.5 with epsilon 0.25", gradient[0],
                  18.75 + 0.390625, 1e-6);
}
END_TEST

START_TEST(at_zero) {
    Differentiable function = {1, 1, cube, NULL, NULL};
    const double *gradient = gradient_of(function, (double[]){0}, (double[]){1}, 0.5f);
    expect_number("gradient(0) of x * x * x at 0 with epsilon 0.5", gradient[0], 0.25, 1e-6);
}
END_TEST

START_TEST(upstream) {
    Differentiable function = {2, 2, copy_two, NULL, NULL};
    const double d_outputs[] = {0.5, -3};
    const double *gradient = gradient_of(function, (double[]){1, 2}, d_outputs, 0.25f);
    expect_number("gradient(0)", gradient[0], 0.5, 1e-6);
    expect_number("gradient(1)", gradient[1], -3, 1e-6);
}
END_TEST

START_TEST(neighbours) {
    Differentiable function = {CHAIN, CHAIN - 1, products, NULL, NULL};
    const double x[CHAIN] = {1, -2, 0.5, 4, 3}, g[CHAIN - 1] = {2, -1, 0.5, 3};
    const double *gradient = gradient_of(function, x, g, 0.25f);
    for (int i = 0; i < CHAIN; i++) {
        double expected = i > 0 ? g[i - 1] * x[i - 1] : 0;
        if (i + 1 < CHAIN)
            expected += g[i] * x[i + 1];
        char what[32];
        snprintf(what, sizeof what, "gradient(%d)", i);
        expect_number(what, gradient[i], expected, 1e-6);
    }
}
END_TEST

/* 1000.3 + h and 1000.3 - h are rounded, so their difference is not 2h. */
START_TEST(rounded_step) {
    float one = 1;
    Differentiable function = {1, 1, scaled, NULL, &one};
    const double x = (double)1000.3f;
    const double *gradient = gradient_of(function, &x, (double[]){1}, 1e-5f);
    expect_number("gradient(0) of x at 1000.3 with epsilon 1e-5", gradient[0], 1, 1e-7);
}
END_TEST

/* A float of 1e-8 is lost in 1e-8 + 0.25 - 0.25; then the next input's gradient, it, is 0. */
START_TEST(put_back) {
    Differentiable function = {CHAIN, CHAIN - 1, products, NULL, NULL};
    const double x[CHAIN] = {1e-8, 1, 1, 1, 1}, g[CHAIN - 1] = {1, 0, 0, 0};
    const double *gradient = gradient_of(function, x, g, 0.25f);
    expect_number("gradient(1) * 1e8", 1e8 * gradient[1], 1, 1e-4);
}
END_TEST

START_TEST(sum_in_double) {
    Differentiable function = {1, MANY, many, NULL, NULL};
    double *d_outputs = new_doubles(MANY);
    for (int j = 0; j < MANY; j++)
        d_outputs[j] = 1;
    const double *gradient = gradient_of(function, (double[]){1}, d_outputs, 0x1p-7f);
    expect_number("gradient(0), of one output among 3000", gradient[0], 1, 1e-6);
}
END_TEST

START_TEST(context) {
    float factor = 7;
    Differentiable function = {1, 1, scaled, NULL, &factor};
    const double *gradient = gradient_of(function, (double[]){2}, (double[]){1}, 0.25f);
    expect_number("gradient(0) of 7 * x", gradient[0], 7, 1e-6);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "x * x, by hand");
    add_test(central, "x * x * x: both sides");
    add_test(relative_step, "x * x * x at -8: the step grows with |x|");
    add_test(at_zero, "x * x * x at 0");
    add_test(upstream, "two outputs, each with its d_outputs");
    add_test(neighbours, "inputs that are multiplied with each other");
    add_test(put_back, "an input of 1e-8, which must be there again for the next one's turn");
    add_test(context, "a function with a context");
    add_test(rounded_step, "a step that float rounds");
    add_test(sum_in_double, "a sum of 3000 outputs");
}
