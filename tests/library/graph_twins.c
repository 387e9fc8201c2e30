#include "graph_twins.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "graph/operation.h"

static const double tolerance = 1e-4; /* of the largest value, in rounded graphs */
static const double usual_scale = 0.5;
static const double kink = 1e-5;             /* nearer to 0, rounding may decide on a ReLU */
static const double largest_exact = 1 << 24; /* of float32's whole numbers */
static const double terms = 243, parts = 16; /* of a sum; of 1, in exact graphs */

/* Inputs get their gradient half of the time; of the others about one in eight is kept. */
static void keep_some(const Recording *recording, Random *random, bool kept[MAX_RECORDED]) {
    for (int i = 0; i < recording->count; i++) {
        bool is_input = !recording->recorded[i]->operation;
        kept[i] = random_below(random, is_input ? 2 : 8) == 0;
        if (kept[i])
            tensor_keep(recording->recorded[i]);
    }
}

/* The same parameters for the same random stream. */
static void write_parameters(const Recording *recording, Random *random) {
    for (int p = 0; p < params_count(recording->params); p++) {
        const Parameter *parameter = params_at(recording->params, p);
        float *values = parameter_values(parameter);
        for (size_t i = 0; i < parameter->count; i++)
            if (parameter->role == PARAMETER_MOVING_VARIANCE)
                values[i] = recording->exact ? 0.75f : 0.5f + random_uniform(random);
            else if (recording->exact)
                values[i] = (float)(random_below(random, 3) - 1);
            else if (parameter->role != PARAMETER_KERNEL)
                values[i] = random_normal(random);
    }
}

static void write_inputs(const Recording *recording, Random *random) {
    for (int i = 0; i < recording->graph->count; i++) {
        Tensor *tensor = recording->graph->tensors[i];
        if (tensor->operation)
            continue;
        size_t count = shape_count(tensor->shape);
        bool whole = recording->exact || tensor == recording->labels;
        float *values =
            whole ? random_integers(random, count, 0, 2) : random_normals(random, count);
        tensor_write(tensor, values);
        free(values);
    }
}

static void compile(const Recording *recording, int number) {
    Random random = random_stream(12, (uint64_t)number);
    graph_compile(recording->graph, recording->target, true);
    poison(recording->graph);
    write_parameters(recording, &random);
    write_inputs(recording, &random);
}

static void run(const Recording *recording, int number) {
    Random random = random_stream(13, (uint64_t)number);
    size_t count = shape_count(tensor_shape(recording->target));
    float *upstream =
        recording->exact ? random_integers(&random, count, -1, 1) : random_normals(&random, count);
    graph_forward(recording->graph);
    if (recording->graph->target->has_gradient)
        graph_backward(recording->graph, upstream);
    free(upstream);
}

/* The largest value or gradient, at least 1. Asked of the loops, where every tensor is kept. */
static double largest_in(const Recording *loops) {
    double largest = 1;
    for (int i = 0; i < loops->count; i++) {
        const Tensor *tensor = loops->recorded[i];
        size_t count = shape_count(tensor->shape);
        largest = fmax(largest, largest_magnitude(tensor->values, count));
        if (tensor->has_gradient)
            largest = fmax(largest, largest_magnitude(tensor->gradient, count));
    }
    return largest;
}

/* Whether rounding could decide on more than the last digits: sums that may no longer be exact, or
 * a ReLU's input next to its kink. Asked of the loops, where every tensor is kept. */
static bool is_delicate(const Recording *loops) {
    double largest_value = 1, largest_gradient = 1, smallest_activation = 1;
    for (int i = 0; i < loops->count; i++) {
        const Tensor *tensor = loops->recorded[i];
        size_t count = shape_count(tensor->shape);
        largest_value = fmax(largest_value, largest_magnitude(tensor->values, count));
        if (tensor->has_gradient)
            largest_gradient = fmax(largest_gradient, largest_magnitude(tensor->gradient, count));
        if (tensor->operation && strcmp(tensor->operation->name, "relu") == 0)
            for (size_t j = 0; j < count; j++)
                smallest_activation =
                    fmin(smallest_activation, fabs((double)tensor->inputs[0]->values[j]));
    }
    if (loops->exact)
        return largest_value * largest_gradient * terms * parts > largest_exact;
    return smallest_activation < kink * (loops->bytes ? largest_in(loops) : 1);
}

/* Of one graph, run in two ways. */
typedef struct Comparison {
    const Recording *fast, *loops;
    int number;
    double scale; /* a tensor of less is compared as if it held this */
} Comparison;

static void compare(const Comparison *comparison, const float *got, const float *expected,
                    size_t count, const char *what, const char *name) {
    const Recording *fast = comparison->fast;
    bool first = graph_data_format(fast->graph) == CHANNELS_FIRST;
    assert_near(got, expected, count, fast->exact ? 0 : tolerance, comparison->scale,
                "graph %d (%s): the %s of %s", comparison->number,
                first ? "channels_first" : "channels_last", what, name);
}

static void compare_tensors(const Comparison *comparison, const Tensor *fast, const Tensor *loops) {
    size_t count = shape_count(loops->shape);
    float *got = memory_new(count, sizeof *got), *expected = memory_new(count, sizeof *expected);
    tensor_read(fast, got);
    tensor_read(loops, expected);
    compare(comparison, got, expected, count, "values", loops->name);
    if (loops->has_gradient) {
        tensor_read_gradient(fast, got);
        tensor_read_gradient(loops, expected);
        compare(comparison, got, expected, count, "gradient", loops->name);
    }
    free(got);
    free(expected);
}

/* The loops' graph, which keeps everything, also normalises what the target does not depend on. */
static bool is_used(const Recording *recording, const Parameter *parameter) {
    char gamma[256];
    int length = (int)(strrchr(parameter->name, '/') - parameter->name);
    snprintf(gamma, sizeof gamma, "%.*s/gamma", length, parameter->name);
    return !isnan(*parameter_gradient(params_find(recording->params, gamma)));
}

/* Parameters that the target does not depend on get no gradient: NaN in both. */
static void compare_parameters(const Comparison *comparison) {
    for (int i = 0; i < params_count(comparison->loops->params); i++) {
        const Parameter *fast = params_at(comparison->fast->params, i);
        const Parameter *loops = params_at(comparison->loops->params, i);
        if (!parameter_is_trainable(loops)) {
            if (is_used(comparison->loops, loops))
                compare(comparison, parameter_values(fast), parameter_values(loops), loops->count,
                        "moving average", loops->name);
        } else if (!isnan(*parameter_gradient(loops))) {
            compare(comparison, parameter_gradient(fast), parameter_gradient(loops), loops->count,
                    "gradient", loops->name);
        } else {
            ck_assert(isnan(*parameter_gradient(fast)));
        }
    }
}

bool twins_agree(Recording *fast, Recording *loops, int number) {
    Random random = random_stream(14, (uint64_t)number);
    bool kept[MAX_RECORDED] = {false};
    keep_some(fast, &random, kept);
    for (int i = 0; i < loops->count; i++)
        if (loops->recorded[i]->operation || kept[i])
            tensor_keep(loops->recorded[i]);
    compile(fast, number);
    compile(loops, number);
    bool compared = false;
    for (int times = 0; times < 2; times++) {
        run(fast, number);
        run(loops, number);
        if (is_delicate(loops))
            break;
        compared = true;
        /* A fuzzer finds large terms whose sum is small. */
        double scale = loops->bytes ? largest_in(loops) : usual_scale;
        Comparison comparison = {fast, loops, number, scale};
        compare_tensors(&comparison, fast->target, loops->target);
        for (int i = 0; i < fast->count; i++)
            if (kept[i])
                compare_tensors(&comparison, fast->recorded[i], loops->recorded[i]);
        compare_parameters(&comparison);
    }
    return compared;
}
