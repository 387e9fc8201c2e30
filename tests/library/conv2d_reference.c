/* The convolution in float64: every product that it is made of, one after the other. */
#include <math.h>

#include "compare.h"
#include "conv2d_cases.h"

Sums sums_new(size_t count) {
    return (Sums){doubles_new(count), doubles_new(count)};
}

static void sums_add(Sums sums, size_t at, double value, double magnitude) {
    sums.value[at] += value;
    sums.magnitude[at] += magnitude;
}

/* What the convolution sees: the inputs, or with a prologue the activated ones. */
static Sums seen_inputs(const Problem *problem, bool prologue) {
    Sums seen = sums_new(problem->in_count);
    int channels = problem->shape.channels;
    for (size_t i = 0; i < problem->in_count; i++) {
        double input = problem->inputs[i];
        if (prologue) {
            double scaled = input * problem->scale[i % channels],
                   shift = problem->shift[i % channels];
            sums_add(seen, i, fmax(0, scaled + shift), fabs(scaled) + fabs(shift));
        } else {
            sums_add(seen, i, input, fabs(input));
        }
    }
    return seen;
}

/* Adds the terms of one window's place, C * K of them: first values of the inputs, the outputs and
 * the kernel. */
static void add_terms(const Problem *problem, Pass pass, Sums seen, size_t in, size_t out,
                      size_t tap, Sums sums) {
    int channels = problem->shape.channels, filters = problem->shape.filters;
    for (int c = 0; c < channels; c++)
        for (int k = 0; k < filters; k++) {
            size_t weight = tap + (size_t)c * filters + k;
            double kernel = problem->kernel[weight], d_output = problem->d_outputs[out + k];
            double input = seen.value[in + c], size = seen.magnitude[in + c];
            if (pass == FORWARD)
                sums_add(sums, out + k, input * kernel, size * fabs(kernel));
            else if (pass == BACKWARD_INPUTS)
                sums_add(sums, in + c, d_output * kernel, fabs(d_output * kernel));
            else
                sums_add(sums, weight, input * d_output, size * fabs(d_output));
        }
}

void conv2d_reference(const Problem *problem, Pass pass, bool prologue, Sums sums) {
    const Conv2DShape *shape = &problem->shape;
    int size = shape->kernel_size;
    Sums seen = seen_inputs(problem, prologue);
    for (int out = 0; out < shape->batch * shape->out_height * shape->out_width; out++) {
        int x = out % shape->out_width, y = out / shape->out_width % shape->out_height;
        int n = out / shape->out_width / shape->out_height;
        for (int place = 0; place < size * size; place++) {
            int i = y * shape->strides + place / size - shape->pad_top;
            int j = x * shape->strides + place % size - shape->pad_left;
            if (i < 0 || i >= shape->in_height || j < 0 || j >= shape->in_width)
                continue;
            size_t in = ((size_t)n * shape->in_height + i) * shape->in_width + j;
            add_terms(problem, pass, seen, in * shape->channels, (size_t)out * shape->filters,
                      (size_t)place * shape->channels * shape->filters, sums);
        }
    }
}

/* The tolerance is a part of the sum of the absolute values of the terms. Float32 has steps of 6e-8
 * to 1.2e-7, and the rounding of the partial sums of some thousand terms partly cancels. */
void compare_sums(const char *what, size_t count, Sums expected, const float *values) {
    compare_arrays(what, count, expected.value, expected.magnitude, values, 2e-6);
}

void sums_add_array(Sums sums, size_t count, const float *values, size_t period) {
    for (size_t i = 0; values && i < count; i++)
        sums_add(sums, i, values[i % period], fabsf(values[i % period]));
}

Sums conv2d_bias_reference(const Problem *problem) {
    Sums sums = sums_new((size_t)problem->shape.filters);
    for (size_t i = 0; i < problem->out_count; i++)
        sums_add(sums, i % problem->shape.filters, problem->d_outputs[i],
                 fabsf(problem->d_outputs[i]));
    return sums;
}
