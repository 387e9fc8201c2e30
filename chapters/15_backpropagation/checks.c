#include "checks.h"

#include "base/memory.h"
#include "base/random.h"
#include "pieces/loops.h"

#include <string.h>

/* ---- convolution: 3 x 3, strides 2, two images, so that no index can be confused ---- */

static const Conv2DShape conv = {.format = CHANNELS_LAST,
                                 .batch = 2,
                                 .in_height = 7,
                                 .in_width = 6,
                                 .channels = 3,
                                 .out_height = 4,
                                 .out_width = 3,
                                 .filters = 4,
                                 .kernel_size = 3,
                                 .strides = 2,
                                 .pad_top = 1,
                                 .pad_left = 1};
enum { CONV_INPUTS = 2 * 7 * 6 * 3, CONV_KERNEL = 3 * 3 * 3 * 4, CONV_OUTPUTS = 2 * 4 * 3 * 4 };

typedef struct ConvArrays {
    float inputs[CONV_INPUTS], kernel[CONV_KERNEL], bias[4];
} ConvArrays;

static void conv_of_inputs(const void *context, const float *inputs, float *outputs) {
    const ConvArrays *a = context;
    conv2d_forward_loops(&conv, inputs, a->kernel, a->bias, outputs);
}

static void conv_to_inputs(const void *context, const float *inputs, const float *d_outputs,
                           float *d_inputs) {
    (void)inputs;
    conv2d_backward_inputs_loops(&conv, d_outputs, ((const ConvArrays *)context)->kernel, d_inputs);
}

static void conv_of_kernel(const void *context, const float *kernel, float *outputs) {
    const ConvArrays *a = context;
    conv2d_forward_loops(&conv, a->inputs, kernel, a->bias, outputs);
}

static void conv_to_kernel(const void *context, const float *kernel, const float *d_outputs,
                           float *d_kernel) {
    (void)kernel;
    conv2d_backward_kernel_loops(&conv, ((const ConvArrays *)context)->inputs, d_outputs, d_kernel,
                                 NULL);
}

/* ---- batch normalisation and ReLU: 12 values in each of 5 channels ---- */

enum { GROUPS = 12, CHANNELS = 5, VALUES = GROUPS * CHANNELS };
static const ChannelShape shape = {GROUPS, CHANNELS, 1};
static const BatchNorm norm = {.is_training = true, .momentum = 0.99f, .epsilon = 1e-3f};

typedef struct NormArrays {
    float inputs[VALUES], gamma[CHANNELS], beta[CHANNELS];
} NormArrays;

/* What the forward pass leaves for the gradient. */
typedef struct Statistics {
    float mean[CHANNELS], variance[CHANNELS], outputs[VALUES];
} Statistics;

static Statistics normalise(const NormArrays *a, const float *inputs, const float *gamma) {
    Statistics s;
    float moving_mean[CHANNELS] = {0}, moving_variance[CHANNELS] = {0};
    batch_norm_forward_loops(shape, norm, inputs, gamma, a->beta, moving_mean, moving_variance,
                             s.mean, s.variance, s.outputs);
    return s;
}

static void norm_of_inputs(const void *context, const float *inputs, float *outputs) {
    const NormArrays *a = context;
    Statistics s = normalise(a, inputs, a->gamma);
    memcpy(outputs, s.outputs, sizeof s.outputs);
}

static void norm_to_inputs(const void *context, const float *inputs, const float *d_outputs,
                           float *d_inputs) {
    const NormArrays *a = context;
    Statistics s = normalise(a, inputs, a->gamma);
    float d_gamma[CHANNELS], d_beta[CHANNELS];
    batch_norm_backward_loops(shape, norm, inputs, a->gamma, s.mean, s.variance, d_outputs,
                              d_inputs, d_gamma, d_beta);
}

static void norm_of_gamma(const void *context, const float *gamma, float *outputs) {
    const NormArrays *a = context;
    Statistics s = normalise(a, a->inputs, gamma);
    memcpy(outputs, s.outputs, sizeof s.outputs);
}

static void norm_to_gamma(const void *context, const float *gamma, const float *d_outputs,
                          float *d_gamma) {
    const NormArrays *a = context;
    Statistics s = normalise(a, a->inputs, gamma);
    float d_inputs[VALUES], d_beta[CHANNELS];
    batch_norm_backward_loops(shape, norm, a->inputs, gamma, s.mean, s.variance, d_outputs,
                              d_inputs, d_gamma, d_beta);
}

static void relu_of_inputs(const void *context, const float *inputs, float *outputs) {
    (void)context;
    relu_forward_loops(VALUES, inputs, outputs);
}

static void relu_to_inputs(const void *context, const float *inputs, const float *d_outputs,
                           float *d_inputs) {
    (void)context;
    relu_backward_loops(VALUES, inputs, d_outputs, d_inputs);
}

/* ---- softmax and cross-entropy: 12 images, 5 classes ---- */

static const int labels[GROUPS] = {0, 4, 2, 2, 1, 3, 0, 4, 4, 1, 3, 2};

static void loss_of_logits(const void *context, const float *logits, float *loss) {
    (void)context;
    float probabilities[VALUES];
    *loss = softmax_cross_entropy_forward_loops(GROUPS, CHANNELS, 0, logits, labels, probabilities);
}

static void loss_to_logits(const void *context, const float *logits, const float *d_loss,
                           float *d_logits) {
    (void)context;
    float probabilities[VALUES];
    softmax_cross_entropy_forward_loops(GROUPS, CHANNELS, 0, logits, labels, probabilities);
    softmax_cross_entropy_backward_loops(GROUPS, CHANNELS, 0, probabilities, labels, *d_loss,
                                         d_logits);
}

/* ---- two that are wrong on purpose ---- */

/* As if mean and variance were constants. */
static void norm_as_constant(const void *context, const float *inputs, const float *d_outputs,
                             float *d_inputs) {
    const NormArrays *a = context;
    Statistics s = normalise(a, inputs, a->gamma);
    BatchNorm inference = norm;
    inference.is_training = false;
    float d_gamma[CHANNELS], d_beta[CHANNELS];
    batch_norm_backward_loops(shape, inference, inputs, a->gamma, s.mean, s.variance, d_outputs,
                              d_inputs, d_gamma, d_beta);
}

static void norm_as_zero(const void *context, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    (void)context, (void)inputs, (void)d_outputs;
    memset(d_inputs, 0, VALUES * sizeof *d_inputs);
}

/* ---- the cases ---- */

static void fill(Random *random, float *values, size_t count, float mean) {
    for (size_t i = 0; i < count; i++)
        values[i] = mean + random_normal(random);
}

static const ConvArrays *conv_arrays(uint64_t seed) {
    static ConvArrays a;
    Random random = random_stream(seed, random_name("convolution"));
    fill(&random, a.inputs, CONV_INPUTS, 0);
    fill(&random, a.kernel, CONV_KERNEL, 0);
    fill(&random, a.bias, 4, 0);
    return &a;
}

static const NormArrays *norm_arrays(uint64_t seed) {
    static NormArrays a;
    Random random = random_stream(seed, random_name("batch norm"));
    fill(&random, a.inputs, VALUES, 1);
    fill(&random, a.gamma, CHANNELS, 1);
    fill(&random, a.beta, CHANNELS, 0);
    return &a;
}

GradientCase batch_norm_case(uint64_t seed) {
    const NormArrays *a = norm_arrays(seed);
    return (GradientCase){
        "batch norm, inputs", {VALUES, VALUES, norm_of_inputs, norm_to_inputs, a}, a->inputs};
}

void gradient_cases(uint64_t seed, GradientCase cases[GRADIENT_CASES]) {
    const ConvArrays *c = conv_arrays(seed);
    const NormArrays *a = norm_arrays(seed);
    const GradientCase filled[] = {
        {"convolution, inputs",
         {CONV_INPUTS, CONV_OUTPUTS, conv_of_inputs, conv_to_inputs, c},
         c->inputs},
        {"convolution, kernel",
         {CONV_KERNEL, CONV_OUTPUTS, conv_of_kernel, conv_to_kernel, c},
         c->kernel},
        batch_norm_case(seed),
        {"batch norm, gamma", {CHANNELS, VALUES, norm_of_gamma, norm_to_gamma, a}, a->gamma},
        {"ReLU, inputs", {VALUES, VALUES, relu_of_inputs, relu_to_inputs, NULL}, a->inputs},
        {"softmax and cross-entropy, logits",
         {VALUES, 1, loss_of_logits, loss_to_logits, NULL},
         a->inputs},
    };
    memcpy(cases, filled, sizeof filled);
}

void wrong_gradients(uint64_t seed, GradientCase cases[WRONG_GRADIENTS]) {
    cases[0] = cases[1] = batch_norm_case(seed);
    cases[0].name = "mean and variance taken for constants";
    cases[0].function.backward = norm_as_constant;
    cases[1].name = "0 everywhere";
    cases[1].function.backward = norm_as_zero;
}
