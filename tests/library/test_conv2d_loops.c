/* The convolution's loops, on the same cases as the vectorised kernels and in both data formats. */
#include <math.h>

#include "compare.h"
#include "conv2d_cases.h"
#include "pieces/loops.h"

/* The sums in float64 that the loops' results are compared with. */
typedef struct Expected {
    Sums outputs, d_inputs, d_kernel, d_bias;
} Expected;

static Expected expected_new(const Problem *problem) {
    Expected expected = {sums_new(problem->out_count), sums_new(problem->in_count),
                         sums_new(problem->kernel_count), conv2d_bias_reference(problem)};
    conv2d_reference(problem, FORWARD, false, expected.outputs);
    sums_add_array(expected.outputs, problem->out_count, problem->bias,
                   (size_t)problem->shape.filters);
    conv2d_reference(problem, BACKWARD_INPUTS, false, expected.d_inputs);
    conv2d_reference(problem, BACKWARD_KERNEL, false, expected.d_kernel);
    return expected;
}

/* Values in channels_last order as the format has them, or the other way round. */
static float *in_format(DataFormat format, int batch, int rows, int columns, const float *values) {
    return array_transposed(batch, format == CHANNELS_FIRST ? rows : rows * columns,
                            format == CHANNELS_FIRST ? columns : 1, values);
}

/* The loss is the sum of d_outputs * outputs. It is linear in the inputs, in the kernel and in the
 * bias, so the sum of each one's values times their gradients is the part of the loss that it has.
 */
static void check_gradients(const Problem *problem, const float *outputs, const float *d_inputs,
                            const float *d_kernel, const float *d_bias) {
    double loss = upstream_loss(problem->out_count, outputs, problem->d_outputs), size = 0;
    for (size_t i = 0; i < problem->out_count; i++)
        size += fabsf(outputs[i] * problem->d_outputs[i]);
    double of_bias = upstream_loss((size_t)problem->shape.filters, d_bias, problem->bias);
    double of_inputs = upstream_loss(problem->in_count, d_inputs, problem->inputs);
    double of_kernel = upstream_loss(problem->kernel_count, d_kernel, problem->kernel);
    ck_assert_double_eq_tol(of_inputs + of_bias, loss, 1e-5 * size);
    ck_assert_double_eq_tol(of_kernel + of_bias, loss, 1e-5 * size);
}

static void check_loops(const Problem *problem, const Expected *expected, DataFormat format) {
    Conv2DShape shape = problem->shape;
    shape.format = format;
    int in_map = shape.in_height * shape.in_width, out_map = shape.out_height * shape.out_width;
    float *inputs = in_format(format, shape.batch, in_map, shape.channels, problem->inputs);
    float *d_outputs = in_format(format, shape.batch, out_map, shape.filters, problem->d_outputs);
    float *outputs = array_new(problem->out_count), *d_inputs = array_new(problem->in_count);
    float *d_kernel = array_new(problem->kernel_count), *d_bias = array_new(shape.filters);
    conv2d_forward_loops(&shape, inputs, problem->kernel, problem->bias, outputs);
    conv2d_backward_inputs_loops(&shape, d_outputs, problem->kernel, d_inputs);
    conv2d_backward_kernel_loops(&shape, inputs, d_outputs, d_kernel, d_bias);
    outputs = in_format(format, shape.batch, shape.filters, out_map, outputs);
    d_inputs = in_format(format, shape.batch, shape.channels, in_map, d_inputs);

    compare_sums("conv2d_forward_loops", problem->out_count, expected->outputs, outputs);
    compare_sums("conv2d_backward_inputs_loops", problem->in_count, expected->d_inputs, d_inputs);
    compare_sums("conv2d_backward_kernel_loops", problem->kernel_count, expected->d_kernel,
                 d_kernel);
    compare_sums("conv2d_backward_kernel_loops' bias", (size_t)shape.filters, expected->d_bias,
                 d_bias);
    check_gradients(problem, outputs, d_inputs, d_kernel, d_bias);
}

/* Each case in both formats. */
START_TEST(loops) {
    Problem problem = problem_new(case_at(_i / 2));
    Expected expected = expected_new(&problem);
    check_loops(&problem, &expected, _i % 2 ? CHANNELS_FIRST : CHANNELS_LAST);
}
END_TEST

/* Counted by hand: how often the window can be laid down. */
START_TEST(output_sizes) {
    ck_assert_int_eq(conv2d_output_size(28, 3, 1, 0), 26);
    ck_assert_int_eq(conv2d_output_size(28, 3, 1, 2), 28);
    ck_assert_int_eq(conv2d_output_size(28, 3, 2, 2), 14);
    ck_assert_int_eq(conv2d_output_size(27, 3, 2, 2), 14);
    ck_assert_int_eq(conv2d_output_size(224, 7, 2, 6), 112);
    ck_assert_int_eq(conv2d_output_size(10, 3, 3, 0), 3);
    ck_assert_int_eq(conv2d_output_size(5, 5, 4, 0), 1);
    ck_assert_int_eq(conv2d_output_size(1, 1, 1, 0), 1);
    ck_assert_int_eq(conv2d_output_size(1, 7, 2, 6), 1);
    ck_assert_int_eq(conv2d_output_size(4, 5, 1, 0), 0); /* does not fit */
    ck_assert_int_eq(conv2d_output_size(4, 5, 2, 0), 0);
    ck_assert_int_eq(conv2d_output_size(2, 7, 3, 2), 0);
}
END_TEST

Suite *loops_suite(void) {
    Suite *suite = suite_create("loops");
    TCase *tests = tcase_with_cleanup("conv2d");
    tcase_add_test(tests, output_sizes);
    tcase_add_loop_test(tests, loops, 0, 2 * CASES);
    suite_add_tcase(suite, tests);
    return suite;
}
