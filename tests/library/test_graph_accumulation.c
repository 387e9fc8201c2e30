/* Tests of gradients that come together and go apart: tensors that are read several times, residual
 * chains, kept and shared memory. All numbers are small whole ones, so every result is exact. */
#include <omp.h>

#include "arrays.h"
#include "cases.h"
#include "cleanup.h"
#include "graph/operation.h"
#include "layers/layers.h"

enum { SIZE = 30, ROWS = 3, COLUMNS = SIZE / ROWS, MAX_TENSORS = 16 };

/* A recorded function of one kept input of SIZE values, and its gradient's closed form. */
typedef struct Example {
    Tensor *inputs, *target;
    Tensor *kept[MAX_TENSORS]; /* candidates for tensor_keep() */
    int num_kept;
} Example;

static Tensor *candidate(Example *example, Tensor *tensor) {
    example->kept[example->num_kept++] = tensor;
    return tensor;
}

/* A positive factor's worth of ReLU: its gradient passes where x > 0. */
static float positive(float x) {
    return x > 0 ? 1 : 0;
}

static void record_twice(Example *example) {
    example->target = add(example->inputs, example->inputs);
}

static float gradient_twice(float x, float upstream) {
    (void)x;
    return 2 * upstream;
}

static void record_four_times(Example *example) {
    Tensor *twice = candidate(example, add(example->inputs, example->inputs));
    example->target = add(twice, twice);
}

static float gradient_four_times(float x, float upstream) {
    (void)x;
    return 4 * upstream;
}

/* relu(x) + x, both ways round. */
static void record_diamond(Example *example) {
    Tensor *left = candidate(example, relu(example->inputs));
    example->target = add(left, example->inputs);
}

static void record_diamond_swapped(Example *example) {
    Tensor *left = candidate(example, relu(example->inputs));
    example->target = add(example->inputs, left);
}

static float gradient_diamond(float x, float upstream) {
    return upstream * (1 + positive(x));
}

/* Both of an addition's inputs write their input's gradient in place. */
static void record_two_branches(Example *example) {
    Tensor *one = candidate(example, relu(example->inputs));
    Tensor *other = candidate(example, relu(example->inputs));
    Tensor *further = candidate(example, relu(other));
    example->target = add(one, further);
}

static float gradient_two_branches(float x, float upstream) {
    return 2 * upstream * positive(x);
}

/* One gradient for both of an addition's inputs, and each might write its own input's over it. */
static void record_deep_branches(Example *example) {
    Tensor *one = candidate(example, relu(candidate(example, relu(example->inputs))));
    Tensor *other = candidate(example, relu(candidate(example, relu(example->inputs))));
    example->target = flatten(candidate(example, add(one, other)));
}

/* x0 = x, x(i + 1) = xi + relu(xi): a chain of identity shortcuts. */
static void record_chain(Example *example) {
    Tensor *sum = example->inputs;
    for (int i = 0; i < 4; i++)
        sum = candidate(example, add(candidate(example, relu(sum)), sum));
    example->target = sum;
}

/* x < 0 stays x, x > 0 is doubled each time. */
static float gradient_chain(float x, float upstream) {
    return upstream * (x > 0 ? 16 : 1);
}

/* Additions of additions, where one gradient is many tensors' at once. */
static void record_sums(Example *example) {
    Tensor *a = candidate(example, relu(example->inputs));
    Tensor *b = candidate(example, add(a, example->inputs));
    Tensor *c = candidate(example, relu(b));
    Tensor *d = candidate(example, add(b, c));
    Tensor *e = candidate(example, add(a, d));
    Tensor *f = candidate(example, relu(d));
    example->target = add(e, f);
}

/* x > 0: a = x, b = 2x, c = 2x, d = 4x, e = 5x, f = 4x; x < 0: a = 0, b = x, c = 0, d = x, f = 0.
 */
static float gradient_sums(float x, float upstream) {
    return upstream * (x > 0 ? 9 : 1);
}

/* Views hold gradients too. */
static void record_views(Example *example) {
    Tensor *rows = candidate(example, flatten(example->inputs));
    Tensor *left = candidate(example, relu(rows));
    Tensor *both = candidate(example, add(rows, left));
    Tensor *again = candidate(example, flatten(both));
    example->target = add(again, relu(example->inputs));
}

static float gradient_views(float x, float upstream) {
    return upstream * (1 + 2 * positive(x));
}

static const struct {
    void (*record)(Example *example);
    float (*gradient)(float x, float upstream);
} examples[] = {
    {record_twice, gradient_twice},
    {record_four_times, gradient_four_times},
    {record_diamond, gradient_diamond},
    {record_diamond_swapped, gradient_diamond},
    {record_two_branches, gradient_two_branches},
    {record_deep_branches, gradient_two_branches},
    {record_chain, gradient_chain},
    {record_sums, gradient_sums},
    {record_views, gradient_views},
};

enum { EXAMPLES = sizeof examples / sizeof examples[0] };

typedef struct Results {
    float values[MAX_TENSORS][SIZE], gradients[MAX_TENSORS][SIZE]; /* of those that were kept */
    float gradient[SIZE];
} Results;

static float zeroless(int i) {
    return (float)(i % 2 ? i + 1 : -i - 1);
}

/* Records the example, keeps the candidates whose bit is set, runs it. */
static Results run_example(int number, unsigned kept, bool loops) {
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.loops = loops});
    Example example = {.inputs = graph_input(graph, "inputs", shape2(ROWS, COLUMNS))};
    tensor_keep(example.inputs);
    examples[number].record(&example);
    for (int i = 0; i < example.num_kept; i++)
        if (kept >> i & 1)
            tensor_keep(example.kept[i]);
    graph_compile(graph, example.target, true);
    poison(graph);
    float inputs[SIZE], upstream[SIZE];
    for (int i = 0; i < SIZE; i++) {
        inputs[i] = zeroless(i);
        upstream[i] = (float)(i - COLUMNS);
    }
    tensor_write(example.inputs, inputs);
    graph_forward(graph);
    graph_backward(graph, upstream);
    Results results = {0};
    tensor_read_gradient(example.inputs, results.gradient);
    for (int i = 0; i < example.num_kept; i++)
        if (kept >> i & 1) {
            tensor_read(example.kept[i], results.values[i]);
            tensor_read_gradient(example.kept[i], results.gradients[i]);
        }
    graph_free(graph);
    params_free(params);
    return results;
}

static int count_candidates(int number) {
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Example example = {.inputs = graph_input(graph, "inputs", shape2(ROWS, COLUMNS))};
    examples[number].record(&example);
    return example.num_kept;
}

static void compare_results(const Results *results, const Results *expected, int number,
                            unsigned kept, const char *what) {
    for (int t = 0; t < MAX_TENSORS; t++)
        for (int i = 0; i < SIZE && kept >> t & 1; i++) {
            if (!(results->values[t][i] == expected->values[t][i]))
                ck_abort_msg("example %d, kept %x, %s: value %d of tensor %d is %g, expected %g",
                             number, kept, what, i, t, results->values[t][i],
                             expected->values[t][i]);
            if (!(results->gradients[t][i] == expected->gradients[t][i]))
                ck_abort_msg("example %d, kept %x, %s: gradient %d of tensor %d is %g, expected %g",
                             number, kept, what, i, t, results->gradients[t][i],
                             expected->gradients[t][i]);
        }
}

/* Whichever of the tensors are kept: the inputs' gradient is the closed form's, and the kept
 * values and gradients are those of a run that keeps all of them. */
START_TEST(gradients_add_up) {
    omp_set_num_threads(1); /* tiny graphs gain nothing from threads */
    int candidates = count_candidates(_i);
    unsigned all = (1U << candidates) - 1;
    Results expected = run_example(_i, all, true);
    for (unsigned kept = 0; kept <= all; kept++)
        for (int loops = 0; loops < 2; loops++) {
            Results results = run_example(_i, kept, loops);
            for (int i = 0; i < SIZE; i++) {
                float closed = examples[_i].gradient(zeroless(i), (float)(i - COLUMNS));
                ck_assert_msg(results.gradient[i] == closed,
                              "example %d, kept %x, %s: gradient %d is %g, expected %g", _i, kept,
                              loops ? "loops" : "vectorised", i, results.gradient[i], closed);
            }
            compare_results(&results, &expected, _i, kept, loops ? "loops" : "vectorised");
        }
}
END_TEST

/* In the chain every kept sum's gradient has a closed form of its own. */
START_TEST(kept_gradients_in_a_residual_chain) {
    enum { CHAIN = 6, LINKS = 4 };
    Results results = run_example(CHAIN, 0xFF, false);
    for (int link = 0; link < LINKS; link++)
        for (int i = 0; i < SIZE; i++) {
            float upstream = (float)(i - COLUMNS), x = zeroless(i);
            float of_sum = upstream * (x > 0 ? (float)(1 << (LINKS - 1 - link)) : 1);
            ck_assert_float_eq(results.gradients[2 * link + 1][i], of_sum);
            ck_assert_float_eq(results.gradients[2 * link][i], of_sum); /* the ReLU before it */
            ck_assert_float_eq(results.values[2 * link + 1][i], x > 0 ? x * (float)(2 << link) : x);
        }
}
END_TEST

/* Targets are data, also where they are the inputs: the derivative of mean (2 x - t)^2 at t = x. */
START_TEST(targets_get_no_gradient) {
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *inputs = graph_input(graph, "inputs", shape2(1, 2));
    tensor_keep(inputs);
    graph_compile(graph, mean_squared_error(add(inputs, inputs), inputs), true);
    poison(graph);
    const float given[] = {3, -5};
    tensor_write(inputs, given);
    graph_forward(graph);
    graph_backward(graph, NULL);
    float values[2];
    tensor_read_gradient(inputs, values);
    ck_assert_float_eq(values[0], 6);
    ck_assert_float_eq(values[1], -10);
}
END_TEST

TCase *accumulation_tests(void) {
    TCase *tests = tcase_with_cleanup("accumulation");
    tcase_add_loop_test(tests, gradients_add_up, 0, EXAMPLES);
    tcase_add_test(tests, kept_gradients_in_a_residual_chain);
    tcase_add_test(tests, targets_get_no_gradient);
    return tests;
}
