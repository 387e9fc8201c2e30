#include "epsilon.h"

#include "base/memory.h"
#include "base/random.h"
#include "checks.h"
#include "drawing.h"
#include "show/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_POWER = 1, LAST_POWER = 20, POWERS = LAST_POWER - FIRST_POWER + 1 };

/* A loss as check_gradient() has it, and arrays for it. */
typedef struct Slope {
    GradientCase at;
    float *inputs, *outputs, *d_outputs;
} Slope;

static Slope slope_new(uint64_t seed) {
    Slope slope = {.at = batch_norm_case(seed)};
    size_t inputs = slope.at.function.num_inputs, outputs = slope.at.function.num_outputs;
    slope.inputs = memory_new(inputs, sizeof(float));
    slope.outputs = memory_new(outputs, sizeof(float));
    slope.d_outputs = memory_new(outputs, sizeof(float));
    memcpy(slope.inputs, slope.at.inputs, inputs * sizeof(float));
    Random random = random_stream(seed, 0);
    for (size_t j = 0; j < outputs; j++)
        slope.d_outputs[j] = random_normal(&random);
    return slope;
}

static void slope_free(Slope *slope) {
    free(slope->inputs);
    free(slope->outputs);
    free(slope->d_outputs);
}

static double loss_of(const Slope *slope) {
    const Differentiable *function = &slope->at.function;
    function->forward(function->context, slope->inputs, slope->outputs);
    double loss = 0;
    for (size_t j = 0; j < function->num_outputs; j++)
        loss += (double)slope->outputs[j] * (double)slope->d_outputs[j];
    return loss;
}

/* The error of (L(x + h) - L(x)) / h, as check_gradient() measures it. */
static double one_sided_error(const Slope *slope, float epsilon) {
    const Differentiable *function = &slope->at.function;
    size_t count = function->num_inputs;
    float *gradient = memory_new(count, sizeof *gradient);
    function->backward(function->context, slope->inputs, slope->d_outputs, gradient);
    double here = loss_of(slope), difference = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        float x = slope->inputs[i];
        slope->inputs[i] = x + epsilon * fmaxf(1, fabsf(x));
        double numeric = (loss_of(slope) - here) / ((double)slope->inputs[i] - (double)x);
        slope->inputs[i] = x;
        difference = fmax(difference, fabs(numeric - (double)gradient[i]));
        largest = fmax(largest, fmax(fabs(numeric), fabs((double)gradient[i])));
    }
    free(gradient);
    return difference / largest;
}

void show_epsilon(uint64_t seed, const char *directory) {
    Slope slope = slope_new(seed);
    ErrorAt errors[POWERS];
    Table *table = table_new("epsilon | central | one-sided");
    for (int power = FIRST_POWER; power <= LAST_POWER; power++) {
        float epsilon = ldexpf(1, -power);
        ErrorAt *at = &errors[power - FIRST_POWER];
        *at = (ErrorAt){(double)epsilon,
                        check_gradient(&slope.at.function, slope.at.inputs, epsilon, seed),
                        one_sided_error(&slope, epsilon)};
        table_row(table, "1/%d | %.1e | %.1e", 1 << power, at->central, at->one_sided);
    }
    printf("\nThe relative error of batch norm's gradient by differences, in float:\n");
    table_print(table);
    draw_errors(errors, POWERS, directory, "15_epsilon.png");
    slope_free(&slope);
}
