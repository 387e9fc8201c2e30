/* Recorded networks and single convolutions, against the textbook loops. */
#include "target.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/conv2d/conv2d.h"
#include "library/arrays.h"
#include "library/graph_twins.h"
#include "pieces/loops.h"

/* ---- networks ---- */

/* A number for the values; what the network is made of. */
void fuzz_network(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    int number = byte_take(&input);
    Recording *fast = random_graph_from_bytes(input.bytes, input.count, false);
    Recording *loops = random_graph_from_bytes(input.bytes, input.count, true);
    twins_agree(fast, loops, number);
    random_graph_free(fast);
    random_graph_free(loops);
}

/* ---- single convolutions ---- */

typedef struct Convolution {
    Conv2DShape shape;
    size_t in_count, out_count, kernel_count;
    float *inputs, *kernel, *bias, *addend, *d_outputs; /* small whole numbers: sums are exact */
    float *scale, *shift;                               /* of the prologue */
    float *activated;                                   /* inputs that went through it */
    void *workspace;
} Convolution;

/* Windows may begin far before the image, within it, or behind it. */
static Conv2DShape shape_from(Part *input) {
    Conv2DShape shape = {.format = CHANNELS_LAST};
    shape.batch = 1 + byte_take(input) % 3;
    shape.in_height = 1 + byte_take(input) % 20;
    shape.in_width = 1 + byte_take(input) % 20;
    shape.channels = 1 + byte_take(input) % 40;
    shape.out_height = 1 + byte_take(input) % 20;
    shape.out_width = 1 + byte_take(input) % 20;
    shape.filters = 1 + byte_take(input) % 40;
    shape.kernel_size = 1 + byte_take(input) % 7;
    shape.strides = 1 + byte_take(input) % 4;
    shape.pad_top = byte_take(input) % 16 - 6;
    shape.pad_left = byte_take(input) % 16 - 6;
    return shape;
}

static Convolution convolution_from(Part *input) {
    Random random = random_stream((uint64_t)byte_take(input), 0);
    Convolution conv = {.shape = shape_from(input)};
    const Conv2DShape *s = &conv.shape;
    conv.in_count = (size_t)s->batch * s->in_height * s->in_width * s->channels;
    conv.out_count = (size_t)s->batch * s->out_height * s->out_width * s->filters;
    conv.kernel_count = (size_t)s->kernel_size * s->kernel_size * s->channels * s->filters;
    conv.inputs = random_integers(&random, conv.in_count, -2, 2);
    conv.kernel = random_integers(&random, conv.kernel_count, -2, 2);
    conv.bias = random_integers(&random, (size_t)s->filters, -2, 2);
    conv.addend = random_integers(&random, conv.out_count, -2, 2);
    conv.d_outputs = random_integers(&random, conv.out_count, -2, 2);
    conv.scale = random_integers(&random, (size_t)s->channels, -1, 1);
    conv.shift = random_integers(&random, (size_t)s->channels, -1, 1);
    conv.activated = memory_new(conv.in_count, sizeof(float));
    for (size_t i = 0; i < conv.in_count; i++) {
        size_t c = i % (size_t)s->channels;
        conv.activated[i] = fmaxf(0, conv.inputs[i] * conv.scale[c] + conv.shift[c]);
    }
    conv.workspace = memory_new(conv2d_workspace(s, omp_get_max_threads()), 1);
    return conv;
}

static void convolution_free(Convolution *conv) {
    float *arrays[] = {conv->inputs,    conv->kernel, conv->bias,  conv->addend,
                       conv->d_outputs, conv->scale,  conv->shift, conv->activated};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
    free(conv->workspace);
}

/* Compares an array with the loops' one and frees both. */
static void check(const char *what, float *got, float *expected, size_t count) {
    assert_near(got, expected, count, 1e-5, 1, "%s", what);
    free(got);
    free(expected);
}

static float *floats(size_t count) {
    return memory_new(count, sizeof(float));
}

static void check_forward(const Convolution *conv, bool with_prologue, bool is_packed) {
    const Conv2DShape *s = &conv->shape;
    float *got = floats(conv->out_count), *expected = floats(conv->out_count);
    float *packed = is_packed ? floats(conv2d_packed(s)) : NULL;
    Conv2DForward pass = {.inputs = conv->inputs,
                          .weights = conv->kernel,
                          .packed = packed,
                          .bias = conv->bias,
                          .addend = conv->addend,
                          .outputs = got};
    if (with_prologue)
        pass.prologue = (Conv2DPrologue){conv->scale, conv->shift};
    if (packed)
        conv2d_pack(s, conv->kernel, packed, conv->workspace);
    conv2d_forward(s, pass, conv->workspace);
    conv2d_forward_loops(s, with_prologue ? conv->activated : conv->inputs, conv->kernel,
                         conv->bias, expected);
    for (size_t i = 0; i < conv->out_count; i++)
        expected[i] += conv->addend[i];
    check("outputs", got, expected, conv->out_count);
    free(packed);
}

static void check_backward_inputs(const Convolution *conv, bool accumulate) {
    const Conv2DShape *s = &conv->shape;
    float *got = floats(conv->in_count), *expected = floats(conv->in_count);
    memcpy(got, conv->inputs, conv->in_count * sizeof *got);
    conv2d_backward_inputs(s,
                           (Conv2DBackwardInputs){.d_outputs = conv->d_outputs,
                                                  .weights = conv->kernel,
                                                  .accumulate = accumulate,
                                                  .d_inputs = got},
                           conv->workspace);
    conv2d_backward_inputs_loops(s, conv->d_outputs, conv->kernel, expected);
    for (size_t i = 0; i < conv->in_count && accumulate; i++)
        expected[i] += conv->inputs[i];
    check("the inputs' gradient", got, expected, conv->in_count);
}

static void check_backward_kernel(const Convolution *conv, bool with_prologue) {
    const Conv2DShape *s = &conv->shape;
    size_t filters = (size_t)s->filters;
    float *got = floats(conv->kernel_count), *expected = floats(conv->kernel_count);
    float *bias_got = floats(filters), *bias_expected = floats(filters);
    Conv2DBackwardWeights pass = {
        .inputs = conv->inputs, .d_outputs = conv->d_outputs, .d_weights = got, .d_bias = bias_got};
    if (with_prologue)
        pass.prologue = (Conv2DPrologue){conv->scale, conv->shift};
    conv2d_backward_weights(s, pass, conv->workspace);
    conv2d_backward_kernel_loops(s, with_prologue ? conv->activated : conv->inputs, conv->d_outputs,
                                 expected, bias_expected);
    check("the kernel's gradient", got, expected, conv->kernel_count);
    check("the bias's gradient", bias_got, bias_expected, filters);
}

/* What to do, a number for the values, the shape. */
void fuzz_convolution(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    int choices = byte_take(&input);
    Convolution conv = convolution_from(&input);
    check_forward(&conv, choices & 1, choices & 2);
    check_backward_inputs(&conv, choices & 4);
    check_backward_kernel(&conv, choices & 8);
    convolution_free(&conv);
}
