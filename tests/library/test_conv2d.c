/* The vectorised convolution against a float64 reference, the same bits for 1, 2 and 3 threads, and
 * who takes which of its tasks. */
#include <check.h>
#include <omp.h>

#include "compare.h"
#include "conv2d_cases.h"
#include "kernels/conv2d/conv2d.h"
#include "kernels/conv2d/cut.h"

Suite *conv2d_suite(void);

static float *workspace_new(const Conv2DShape *shape, int threads) {
    return array_new(conv2d_workspace(shape, threads) / sizeof(float) + 1);
}

static Conv2DPrologue prologue_of(const Problem *problem, bool prologue) {
    return prologue ? (Conv2DPrologue){problem->scale, problem->shift} : (Conv2DPrologue){0};
}

static void check_forward(const Problem *problem, bool bias, bool addend, bool prologue) {
    const Conv2DShape *shape = &problem->shape;
    Sums expected = sums_new(problem->out_count);
    conv2d_reference(problem, FORWARD, prologue, expected);
    const float *biases = bias ? problem->bias : NULL, *addends = addend ? problem->addend : NULL;
    sums_add_array(expected, problem->out_count, biases, (size_t)shape->filters);
    sums_add_array(expected, problem->out_count, addends, problem->out_count);

    float *outputs = array_new(problem->out_count);
    float *workspace = workspace_new(shape, omp_get_max_threads());
    Conv2DForward pass = {.prologue = prologue_of(problem, prologue),
                          .inputs = problem->inputs,
                          .weights = problem->kernel,
                          .bias = biases,
                          .addend = addends,
                          .outputs = outputs};
    conv2d_forward(shape, pass, workspace);
    compare_sums("conv2d_forward", problem->out_count, expected, outputs);
    float *packed = array_new(conv2d_packed(shape)), *again = array_new(problem->out_count);
    conv2d_pack(shape, problem->kernel, packed, workspace);
    if (conv2d_packed(shape) > 0)
        pass.weights = NULL;
    pass.packed = packed;
    pass.outputs = again;
    conv2d_forward(shape, pass, workspace);
    compare_bits("conv2d_forward with packed weights", problem->out_count, outputs, again);
}

START_TEST(forward) {
    Problem problem = problem_new(case_at(_i));
    check_forward(&problem, false, false, false);
    check_forward(&problem, true, false, true);
    check_forward(&problem, true, true, false);
    check_forward(&problem, false, true, true);
}
END_TEST

static void check_backward_inputs(const Problem *problem, bool accumulate) {
    Sums expected = sums_new(problem->in_count);
    conv2d_reference(problem, BACKWARD_INPUTS, false, expected);
    float *d_inputs =
        accumulate ? array_random(problem->in_count, 77) : array_new(problem->in_count);
    if (accumulate)
        sums_add_array(expected, problem->in_count, d_inputs, problem->in_count);

    float *workspace = workspace_new(&problem->shape, omp_get_max_threads());
    conv2d_backward_inputs(&problem->shape,
                           (Conv2DBackwardInputs){.d_outputs = problem->d_outputs,
                                                  .weights = problem->kernel,
                                                  .accumulate = accumulate,
                                                  .d_inputs = d_inputs},
                           workspace);
    compare_sums("conv2d_backward_inputs", problem->in_count, expected, d_inputs);
}

START_TEST(backward_inputs) {
    Problem problem = problem_new(case_at(_i));
    check_backward_inputs(&problem, false);
    check_backward_inputs(&problem, true);
}
END_TEST

static void check_backward_kernel(const Problem *problem, bool bias, bool prologue) {
    const Conv2DShape *shape = &problem->shape;
    size_t filters = (size_t)shape->filters;
    Sums expected = sums_new(problem->kernel_count), expected_bias = conv2d_bias_reference(problem);
    conv2d_reference(problem, BACKWARD_KERNEL, prologue, expected);

    float *d_kernel = array_new(problem->kernel_count), *d_bias = bias ? array_new(filters) : NULL;
    float *workspace = workspace_new(shape, omp_get_max_threads());
    conv2d_backward_weights(shape,
                            (Conv2DBackwardWeights){.prologue = prologue_of(problem, prologue),
                                                    .inputs = problem->inputs,
                                                    .d_outputs = problem->d_outputs,
                                                    .d_weights = d_kernel,
                                                    .d_bias = d_bias},
                            workspace);
    compare_sums("conv2d_backward_weights", problem->kernel_count, expected, d_kernel);
    if (bias)
        compare_sums("conv2d_backward_weights' bias", filters, expected_bias, d_bias);
}

START_TEST(backward_kernel) {
    Problem problem = problem_new(case_at(_i));
    check_backward_kernel(&problem, true, false);
    check_backward_kernel(&problem, false, true);
}
END_TEST

/* Results of more than 8 MB, which are written past the caches; whole pages, so that they begin on
 * a cache line. Direct, Winograd's form, and direct with strides. */
static const Case large[] = {
    {2, 130, 128, 4, 64, 1, 1, VALID},
    {2, 130, 128, 16, 64, 3, 1, SAME},
    {2, 260, 128, 32, 4, 3, 2, SAME},
};

START_TEST(large_results) {
    Problem problem = problem_new(large[_i]);
    check_forward(&problem, true, false, true);
    check_backward_inputs(&problem, false);
}
END_TEST

/* Outputs, d_inputs, d_kernel and d_bias with so many threads. */
static void run_all(const Problem *problem, int threads, float *results[4]) {
    omp_set_num_threads(threads);
    const Conv2DShape *shape = &problem->shape;
    Conv2DPrologue prologue = prologue_of(problem, true);
    float *workspace = workspace_new(shape, threads);
    results[0] = array_new(problem->out_count);
    results[1] = array_new(problem->in_count);
    results[2] = array_new(problem->kernel_count);
    results[3] = array_new((size_t)shape->filters);
    conv2d_forward(shape,
                   (Conv2DForward){.prologue = prologue,
                                   .inputs = problem->inputs,
                                   .weights = problem->kernel,
                                   .bias = problem->bias,
                                   .addend = problem->addend,
                                   .outputs = results[0]},
                   workspace);
    conv2d_backward_inputs(shape,
                           (Conv2DBackwardInputs){.d_outputs = problem->d_outputs,
                                                  .weights = problem->kernel,
                                                  .d_inputs = results[1]},
                           workspace);
    conv2d_backward_weights(shape,
                            (Conv2DBackwardWeights){.prologue = prologue,
                                                    .inputs = problem->inputs,
                                                    .d_outputs = problem->d_outputs,
                                                    .d_weights = results[2],
                                                    .d_bias = results[3]},
                            workspace);
}

START_TEST(threads) {
    Problem problem = problem_new(case_at(_i));
    const char *names[4] = {"outputs", "d_inputs", "d_kernel", "d_bias"};
    size_t counts[4] = {problem.out_count, problem.in_count, problem.kernel_count,
                        (size_t)problem.shape.filters};
    float *one[4], *more[4];
    run_all(&problem, 1, one);
    for (int number = 2; number <= 3; number++) {
        run_all(&problem, number, more);
        for (int i = 0; i < 4; i++) {
            compare_bits(names[i], counts[i], one[i], more[i]);
        }
    }
}
END_TEST

enum { FEW_TASKS = 11 };

/* The calling thread's tasks up to `most`, in order; returns how many it got. */
static int take_tasks(Tasks *tasks, int most, int *taken) {
    int count = 0;
    while (count < most && (taken[count] = next_task(tasks)) >= 0)
        count++;
    return count;
}

/* Eleven tasks of two threads, of which the second stops after one. */
START_TEST(own_tasks_come_first) {
    const int of_first[] = {0, 1, 2, 3, 4, 6, 7, 8, 9, 10}, of_second[] = {5};
    int taken[2][FEW_TASKS], counts[2] = {-1, -1};
    omp_set_num_threads(2);
    Tasks tasks = tasks_make(FEW_TASKS);
#pragma omp parallel num_threads(2)
    {
        int thread = omp_get_thread_num();
        if (thread == 1)
            counts[1] = take_tasks(&tasks, 1, taken[1]);
#pragma omp barrier
        if (thread == 0)
            counts[0] = take_tasks(&tasks, FEW_TASKS, taken[0]);
    }
    ck_assert_int_eq(counts[0], 10);
    ck_assert_int_eq(counts[1], 1);
    ck_assert_mem_eq(taken[0], of_first, sizeof of_first);
    ck_assert_mem_eq(taken[1], of_second, sizeof of_second);
}
END_TEST

/* Threads that compete get every task once, also where there are more threads than tasks. */
START_TEST(each_task_is_taken_once) {
    int taken[1000] = {0}, count = _i == 0 ? 1000 : 3;
    omp_set_num_threads(4);
    Tasks tasks = tasks_make(count);
#pragma omp parallel num_threads(4)
    for (int task; (task = next_task(&tasks)) >= 0;) {
#pragma omp atomic
        taken[task]++;
    }
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(taken[i], i < count);
}
END_TEST

Suite *conv2d_suite(void) {
    Suite *suite = suite_create("conv2d");
    TCase *vectorised = tcase_with_cleanup("vectorised");
    tcase_add_loop_test(vectorised, forward, 0, CASES);
    tcase_add_loop_test(vectorised, backward_inputs, 0, CASES);
    tcase_add_loop_test(vectorised, backward_kernel, 0, CASES);
    tcase_add_loop_test(vectorised, large_results, 0, sizeof large / sizeof *large);
    tcase_add_loop_test(vectorised, threads, 0, CASES);
    suite_add_tcase(suite, vectorised);
    TCase *tasks = tcase_with_cleanup("tasks");
    tcase_add_test(tasks, own_tasks_come_first);
    tcase_add_loop_test(tasks, each_task_is_taken_once, 0, 2);
    suite_add_tcase(suite, tasks);
    return suite;
}
