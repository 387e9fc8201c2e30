/* The five convolutions against one in float64. */
#include "fast_convolutions.h"

#include "convolutions.h"
#include "harness.h"
#include "kernels/simd.h"

/* A block of conv2d_several_sums(). */
enum { BLOCK = 8 * VECTOR_FLOATS };

typedef struct FastCase {
    const char *name, *title;
    Conv2DShape shape;
    int zeros; /* rows and columns of zeros around each image; they count in its height and width */
} FastCase;

/* A shape's columns: format, batch, in_height, in_width, channels, out_height, out_width, filters,
 * kernel_size, strides, pad_top, pad_left, group. */
static const FastCase cases[] = {
    {"pointwise",
     "a 1 x 1 kernel, 3 channels, one vector of filters",
     {CHANNELS_LAST, 1, 2, 3, 3, 2, 3, VECTOR_FLOATS, 1, 1, 0, 0, 0},
     0},
    {"window",
     "a 2 x 2 kernel, 2 channels, one vector of filters",
     {CHANNELS_LAST, 1, 4, 5, 2, 3, 4, VECTOR_FLOATS, 2, 1, 0, 0, 0},
     0},
    {"images",
     "two images with zeros around them, a 3 x 3 kernel",
     {CHANNELS_LAST, 2, 5, 6, 1, 3, 4, VECTOR_FLOATS, 3, 1, 0, 0, 0},
     1},
    {"strides",
     "strides 2, and a last row and column that no window reads",
     {CHANNELS_LAST, 1, 8, 6, 1, 3, 2, VECTOR_FLOATS, 3, 2, 0, 0, 0},
     0},
    {"vectors",
     "filters for two whole vectors",
     {CHANNELS_LAST, 1, 3, 4, 2, 2, 3, 2 * VECTOR_FLOATS, 2, 1, 0, 0, 0},
     0},
    {"one_filter", "one filter", {CHANNELS_LAST, 1, 4, 4, 2, 3, 3, 1, 2, 1, 0, 0, 0}, 0},
    {"rest",
     "filters for two vectors and three more",
     {CHANNELS_LAST, 1, 3, 4, 2, 2, 3, 2 * VECTOR_FLOATS + 3, 2, 1, 0, 0, 0},
     0},
    {"block",
     "filters for eight vectors",
     {CHANNELS_LAST, 1, 3, 3, 2, 2, 2, BLOCK, 2, 1, 0, 0, 0},
     0},
    {"block_and_rest",
     "filters for eleven vectors and one more",
     {CHANNELS_LAST, 1, 4, 2, 3, 3, 1, BLOCK + 3 * VECTOR_FLOATS + 1, 2, 1, 0, 0, 0},
     0},
    {"two_blocks",
     "filters for sixteen vectors and one more",
     {CHANNELS_LAST, 1, 3, 2, 1, 2, 1, 2 * BLOCK + 1, 2, 1, 0, 0, 0},
     0},
    {"narrow",
     "an image one pixel wide",
     {CHANNELS_LAST, 1, 5, 1, 4, 5, 1, VECTOR_FLOATS + 2, 1, 1, 0, 0, 0},
     0},
    {"single_place",
     "a 5 x 5 kernel with a single place",
     {CHANNELS_LAST, 1, 5, 5, 2, 1, 1, VECTOR_FLOATS + 2, 5, 1, 0, 0, 0},
     0},
    {"all",
     "images, channels, strides 3, zeros and filters, all at once",
     {CHANNELS_LAST, 3, 11, 9, 5, 3, 3, 3 * VECTOR_FLOATS + 5, 3, 3, 0, 0, 0},
     1},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static FastConv2D *under_test;

static void run(const Conv2DShape *shape, const double *inputs, const double *kernel,
                const double *bias, const double *expected, double tolerance) {
    Convolution axes = convolution_new(*shape);
    float *outputs = output_floats("outputs", axes_count(axes.outputs_axes));
    under_test(shape, input_floats("inputs", inputs, axes_count(axes.inputs_axes)),
               input_floats("kernel", kernel, axes_count(axes.kernel_axes)),
               input_floats("bias", bias, axes_count(axes.bias_axes)), outputs);
    expect_values("outputs", axes.outputs_axes, outputs, expected, tolerance);
}

static void run_by_hand(const void *row) {
    (void)row;
    const double inputs[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const double kernel[] = {1, 0, 10, 0, 100, 0, 1000, 1}; /* the second filter: its last tap */
    const double bias[] = {1, 2};
    const double expected[] = {5422, 7, 6533, 8, 8755, 10, 9866, 11};
    const Conv2DShape shape = /* columns as above */
        {CHANNELS_LAST, 1, 3, 3, 1, 2, 2, 2, 2, 1, 0, 0, 0};
    run(&shape, inputs, kernel, bias, expected, 1e-6);
}

static bool is_inside(const FastCase *one, int y, int x) {
    return y >= one->zeros && y < one->shape.in_height - one->zeros && x >= one->zeros &&
           x < one->shape.in_width - one->zeros;
}

/* The convolution's inputs with zeros around each image. */
static const double *inputs_with_zeros(const FastCase *one, const double *values) {
    const Conv2DShape *shape = &one->shape;
    size_t pixels = (size_t)shape->batch * shape->in_height * shape->in_width;
    double *inputs = new_doubles(pixels * shape->channels);
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        int x = (int)(pixel % shape->in_width), y = (int)(pixel / shape->in_width);
        for (int c = 0; c < shape->channels; c++)
            if (is_inside(one, y % shape->in_height, x))
                inputs[pixel * shape->channels + c] = values[pixel * shape->channels + c];
    }
    return inputs;
}

static void run_case(const void *row) {
    const FastCase *one = row;
    Convolution convolution = convolution_new(one->shape);
    convolution.inputs = inputs_with_zeros(one, convolution.inputs);
    run(&one->shape, convolution.inputs, convolution.kernel, convolution.bias,
        convolution_outputs(&convolution), 1e-5);
}

void add_fast_tests(FastConv2D *function) {
    under_test = function;
    add_case("by_hand", "a 3 x 3 image, a 2 x 2 kernel and two filters, by hand", run_by_hand,
             NULL);
    for (int i = 0; i < CASES; i++)
        add_case(cases[i].name, cases[i].title, run_case, &cases[i]);
}
