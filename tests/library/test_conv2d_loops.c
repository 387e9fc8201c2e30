/* The convolution's loops against a float64 reference in both data formats, and against finite
 * differences under a random upstream gradient. */
#include <check.h>

#include "compare.h"
#include "conv2d_cases.h"
#include "pieces/loops.h"

/* (N, H, W, C) to (N, C, H, W), or the way back. */
static float *transposed(const float *from, int batch, int height, int width, int channels,
                         bool back) {
    float *to = array_new((size_t)batch * height * width * channels);
    size_t map = (size_t)height * width, image = map * channels;
    for (size_t n = 0; n < (size_t)batch; n++)
        for (size_t p = 0; p < map; p++)
            for (size_t c = 0; c < (size_t)channels; c++) {
                size_t last = n * image + p * channels + c, first = n * image + c * map + p;
                to[back ? last : first] = from[back ? first : last];
            }
    return to;
}

static float *inputs_transposed(const Conv2DShape *shape, const float *from, bool back) {
    return transposed(from, shape->batch, shape->in_height, shape->in_width, shape->channels, back);
}

static float *outputs_transposed(const Conv2DShape *shape, const float *from, bool back) {
    return transposed(from, shape->batch, shape->out_height, shape->out_width, shape->filters,
                      back);
}

typedef struct Loops {
    float *outputs, *d_inputs, *d_kernel, *d_bias;
} Loops;

static Loops run_loops(const Conv2DShape *shape, const Problem *problem, const float *inputs,
                       const float *d_outputs) {
    Loops loops = {array_new(problem->out_count), array_new(problem->in_count),
                   array_new(problem->kernel_count), array_new((size_t)shape->filters)};
    conv2d_forward_loops(shape, inputs, problem->kernel, problem->bias, loops.outputs);
    conv2d_backward_inputs_loops(shape, d_outputs, problem->kernel, loops.d_inputs);
    conv2d_backward_kernel_loops(shape, inputs, d_outputs, loops.d_kernel, loops.d_bias);
    return loops;
}

static Loops run_loops_channels_first(const Problem *problem) {
    Conv2DShape shape = problem->shape;
    shape.format = CHANNELS_FIRST;
    float *inputs = inputs_transposed(&shape, problem->inputs, false);
    float *d_outputs = outputs_transposed(&shape, problem->d_outputs, false);
    Loops loops = run_loops(&shape, problem, inputs, d_outputs);
    float *outputs = outputs_transposed(&shape, loops.outputs, true);
    float *d_inputs = inputs_transposed(&shape, loops.d_inputs, true);
    array_free(inputs);
    array_free(d_outputs);
    array_free(loops.outputs);
    array_free(loops.d_inputs);
    return (Loops){outputs, d_inputs, loops.d_kernel, loops.d_bias};
}

static void check_loops(const Problem *problem, Loops loops) {
    Sums outputs = sums_new(problem->out_count), d_inputs = sums_new(problem->in_count);
    Sums d_kernel = sums_new(problem->kernel_count), d_bias = conv2d_bias_reference(problem);
    conv2d_reference(problem, FORWARD, false, outputs);
    sums_add_array(outputs, problem->out_count, problem->bias, (size_t)problem->shape.filters);
    conv2d_reference(problem, BACKWARD_INPUTS, false, d_inputs);
    conv2d_reference(problem, BACKWARD_KERNEL, false, d_kernel);
    compare_arrays("conv2d_forward_loops", problem->out_count, outputs.value, outputs.magnitude,
                   loops.outputs, CONV2D_TOLERANCE);
    compare_arrays("conv2d_backward_inputs_loops", problem->in_count, d_inputs.value,
                   d_inputs.magnitude, loops.d_inputs, CONV2D_TOLERANCE);
    compare_arrays("conv2d_backward_kernel_loops", problem->kernel_count, d_kernel.value,
                   d_kernel.magnitude, loops.d_kernel, CONV2D_TOLERANCE);
    compare_arrays("conv2d_backward_kernel_loops' bias", (size_t)problem->shape.filters,
                   d_bias.value, d_bias.magnitude, loops.d_bias, CONV2D_TOLERANCE);
    array_free(loops.outputs);
    array_free(loops.d_inputs);
    array_free(loops.d_kernel);
    array_free(loops.d_bias);
    sums_free(outputs);
    sums_free(d_inputs);
    sums_free(d_kernel);
    sums_free(d_bias);
}

START_TEST(loops) {
    Problem problem = problem_new(case_at(_i));
    check_loops(&problem, run_loops(&problem.shape, &problem, problem.inputs, problem.d_outputs));
    check_loops(&problem, run_loops_channels_first(&problem));
    problem_free(&problem);
}
END_TEST

static double forward_loss(void *context) {
    const Problem *problem = context;
    float *outputs = array_new(problem->out_count);
    conv2d_forward_loops(&problem->shape, problem->inputs, problem->kernel, problem->bias, outputs);
    double loss = upstream_loss(problem->out_count, outputs, problem->d_outputs);
    array_free(outputs);
    return loss;
}

/* The loss is linear in each argument: the difference quotient is exact but for rounding, with any
 * step. */
START_TEST(finite_differences) {
    const double step = 1, tolerance = 1e-5;
    Case small = case_at(_i);
    small.channels = 1 + small.channels % 3;
    small.filters = 1 + small.filters % 4;
    Problem problem = problem_new(small);
    Loops loops = run_loops(&problem.shape, &problem, problem.inputs, problem.d_outputs);
    compare_gradient("conv2d_backward_inputs_loops", problem.in_count, problem.inputs,
                     loops.d_inputs, forward_loss, &problem, step, tolerance);
    compare_gradient("conv2d_backward_kernel_loops", problem.kernel_count, problem.kernel,
                     loops.d_kernel, forward_loss, &problem, step, tolerance);
    compare_gradient("conv2d_backward_kernel_loops' bias", (size_t)problem.shape.filters,
                     problem.bias, loops.d_bias, forward_loss, &problem, step, tolerance);
    array_free(loops.outputs);
    array_free(loops.d_inputs);
    array_free(loops.d_kernel);
    array_free(loops.d_bias);
    problem_free(&problem);
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

TCase *conv2d_loops_tests(void) {
    TCase *tests = tcase_create("loops");
    tcase_add_test(tests, output_sizes);
    tcase_add_loop_test(tests, loops, 0, CASES);
    tcase_add_loop_test(tests, finite_differences, 0, GRIDS);
    return tests;
}
