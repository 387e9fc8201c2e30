#include "conv_arrays.h"

#include "base/memory.h"
#include "pieces/loops.h"

#include <omp.h>
#include <stdlib.h>

ConvArrays conv_arrays_new(const Conv2DShape *shape, bool activates, uint64_t seed) {
    const Conv2DShape *s = shape;
    Random random = random_stream(seed, 0);
    ConvArrays arrays = {
        .shape = *s,
        .num_inputs = (size_t)s->batch * s->in_height * s->in_width * s->channels,
        .num_kernel = (size_t)s->kernel_size * s->kernel_size * s->channels * s->filters,
        .num_outputs = (size_t)s->batch * s->out_height * s->out_width * s->filters,
        .bias = random_array(&random, (size_t)s->filters),
        .scale = random_array(&random, (size_t)s->channels),
        .shift = random_array(&random, (size_t)s->channels),
        .workspace = memory_new(conv2d_workspace(s, omp_get_max_threads()), 1)};
    arrays.inputs = random_array(&random, arrays.num_inputs);
    arrays.kernel = random_array(&random, arrays.num_kernel);
    arrays.outputs = random_array(&random, arrays.num_outputs);
    if (activates)
        arrays.prologue = (Conv2DPrologue){arrays.scale, arrays.shift};
    return arrays;
}

void conv_arrays_free(ConvArrays *arrays) {
    free(arrays->inputs);
    free(arrays->outputs);
    free(arrays->kernel);
    free(arrays->bias);
    free(arrays->scale);
    free(arrays->shift);
    free(arrays->workspace);
}

double conv_operations(const Conv2DShape *s) {
    return 2.0 * s->batch * s->out_height * s->out_width * s->filters * s->kernel_size *
           s->kernel_size * s->channels;
}

static void forward(void *context) {
    const ConvArrays *a = context;
    conv2d_forward(&a->shape,
                   (Conv2DForward){.prologue = a->prologue,
                                   .inputs = a->inputs,
                                   .weights = a->kernel,
                                   .bias = a->bias,
                                   .outputs = a->outputs},
                   a->workspace);
}

static void forward_loops(void *context) {
    const ConvArrays *a = context;
    conv2d_forward_loops(&a->shape, a->inputs, a->kernel, a->bias, a->outputs);
}

static void backward_inputs(void *context) {
    const ConvArrays *a = context;
    conv2d_backward_inputs(&a->shape,
                           (Conv2DBackwardInputs){.d_outputs = a->outputs,
                                                  .weights = a->kernel,
                                                  .d_inputs = a->inputs},
                           a->workspace);
}

static void backward_inputs_loops(void *context) {
    const ConvArrays *a = context;
    conv2d_backward_inputs_loops(&a->shape, a->outputs, a->kernel, a->inputs);
}

static void backward_kernel(void *context) {
    const ConvArrays *a = context;
    conv2d_backward_weights(&a->shape,
                            (Conv2DBackwardWeights){.prologue = a->prologue,
                                                    .inputs = a->inputs,
                                                    .d_outputs = a->outputs,
                                                    .d_weights = a->kernel,
                                                    .d_bias = a->bias},
                            a->workspace);
}

static void backward_kernel_loops(void *context) {
    const ConvArrays *a = context;
    conv2d_backward_kernel_loops(&a->shape, a->inputs, a->outputs, a->kernel, a->bias);
}

const struct ConvPass conv_passes[CONV_PASSES] = {
    [CONV_FORWARD] = {"forward", forward, forward_loops},
    [CONV_BACKWARD_INPUTS] = {"backward-inputs", backward_inputs, backward_inputs_loops},
    [CONV_BACKWARD_KERNEL] = {"backward-kernel", backward_kernel, backward_kernel_loops},
};
