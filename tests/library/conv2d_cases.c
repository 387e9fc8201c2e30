/* The shapes and the random arrays of the tests of the convolution. */
#include "conv2d_cases.h"

#include "compare.h"

enum { KERNEL_SIZES = 4, STRIDES = 3, PADS = 3, SIZES = 7, CHANNELS = 6 };

/* Odd sizes, one channel and many, one image and more: they take turns along the grid. A VALID 7x7
 * window fits into all of them. */
static const struct {
    int batch, height, width, channels, filters;
} sizes[SIZES] = {
    {1, 7, 9, 1, 1},   {2, 9, 7, 3, 16},  {1, 13, 8, 16, 16}, {3, 8, 11, 17, 5},
    {1, 11, 7, 5, 33}, {2, 7, 7, 64, 17}, {2, 15, 17, 1, 64},
};

/* Every pair of these as channels and filters, 3x3, strides 1 and 2. */
static const int channel_counts[CHANNELS] = {1, 3, 16, 17, 33, 64};

/* Layers of real models, images smaller than the kernel, single pixels. */
static const Case more[] = {
    {3, 28, 28, 16, 16, 3, 1, SAME},     {2, 14, 14, 32, 32, 3, 1, SAME},
    {3, 7, 7, 64, 64, 3, 1, SAME},       {2, 28, 28, 16, 32, 3, 2, SYMMETRIC},
    {2, 28, 28, 16, 32, 1, 2, VALID},    {1, 24, 24, 64, 64, 3, 1, SAME},
    {1, 12, 12, 128, 128, 3, 1, SAME},   {5, 3, 3, 96, 130, 3, 1, SAME},
    {2, 33, 31, 3, 64, 7, 2, SYMMETRIC}, {9, 1, 1, 64, 10, 1, 1, VALID},
    {1, 1, 1, 3, 5, 7, 1, SAME},         {2, 2, 3, 17, 16, 5, 2, SAME},
    {1, 40, 1, 2, 3, 3, 1, SAME},        {1, 1, 40, 2, 3, 3, 3, SYMMETRIC},
    {128, 1, 1, 64, 10, 1, 1, VALID},    {1, 57, 50, 8, 48, 3, 1, SAME},
    {40, 2, 2, 32, 64, 3, 1, SAME},      {20, 6, 6, 16, 40, 3, 2, SYMMETRIC},
};

/* Padding by side; negative numbers crop. */
static const struct {
    int top, left, bottom, right;
} sides[] = {
    {7, 8, 7, 6},   {1, 1, 10, 1},  {-7, -8, -7, -6}, {-14, 1, 1, 1}, {1, -14, 1, 1},
    {-1, 1, 1, -1}, {-2, 0, -1, 3}, {0, -3, 2, 0},    {0, 0, -3, -2}, {-14, 0, 16, 0},
};

/* What Winograd's method would make of them: more padding than the window can use, whose gradient
 * is a convolution that crops; rows of padding alone behind the image; crops that leave half; more
 * filters than blocks; inputs enough for several rounds. */
static const Case winograd[] = {
    {3, 16, 14, 32, 32, 3, 1, BY_SIDE},     {1, 27, 28, 64, 16, 3, 1, BY_SIDE + 1},
    {3, 30, 30, 32, 32, 3, 1, BY_SIDE + 2}, {3, 30, 14, 16, 32, 3, 1, BY_SIDE + 3},
    {3, 14, 30, 32, 16, 3, 1, BY_SIDE + 4}, {20, 4, 4, 16, 80, 3, 1, SAME},
    {30, 6, 6, 256, 48, 3, 1, SAME},
};

/* Each of these with each of the sides: strides, and 1 x 1 windows, which know no neighbours. */
static const Case by_side[] = {
    {2, 22, 21, 17, 5, 3, 2, 0}, {2, 21, 22, 16, 16, 1, 1, 0}, {2, 22, 23, 3, 16, 1, 2, 0},
    {1, 22, 23, 5, 33, 5, 3, 0}, {9, 19, 18, 16, 3, 3, 1, 0},  {1, 23, 24, 3, 64, 7, 2, 0},
};

enum {
    MORE = sizeof more / sizeof *more,
    PAIRS = CHANNELS * CHANNELS,
    WINOGRAD = sizeof winograd / sizeof *winograd,
    SIDES = sizeof sides / sizeof *sides,
    LAYERS = sizeof by_side / sizeof *by_side,
};

_Static_assert(GRIDS == KERNEL_SIZES * STRIDES * PADS, "the grid's size");
_Static_assert(CASES == GRIDS + 2 * PAIRS + MORE + WINOGRAD + SIDES * LAYERS,
               "the number of cases");

Case case_at(int index) {
    if (index < GRIDS) {
        int size = index % SIZES;
        return (Case){
            .batch = sizes[size].batch,
            .height = sizes[size].height,
            .width = sizes[size].width,
            .channels = sizes[size].channels,
            .filters = sizes[size].filters,
            .kernel_size = 1 + 2 * (index % KERNEL_SIZES),
            .strides = 1 + index / KERNEL_SIZES % STRIDES,
            .pads = index / (KERNEL_SIZES * STRIDES),
        };
    }
    index -= GRIDS;
    if (index < 2 * PAIRS)
        return (Case){
            .batch = 2,
            .height = 9,
            .width = 7,
            .channels = channel_counts[index % CHANNELS],
            .filters = channel_counts[index / CHANNELS % CHANNELS],
            .kernel_size = 3,
            .strides = 1 + index / PAIRS,
            .pads = SAME,
        };
    index -= 2 * PAIRS;
    if (index < MORE)
        return more[index];
    index -= MORE;
    if (index < WINOGRAD)
        return winograd[index];
    index -= WINOGRAD;
    Case layer = by_side[index % LAYERS];
    layer.pads = BY_SIDE + index / LAYERS;
    return layer;
}

typedef struct Axis {
    int out, before;
} Axis;

static Axis axis_by_side(int in, int kernel_size, int strides, int before, int after) {
    return (Axis){(in + before + after - kernel_size) / strides + 1, before};
}

static Axis axis_of(int in, int kernel_size, int strides, int pads) {
    if (pads == SAME) {
        int out = (in + strides - 1) / strides;
        int total = (out - 1) * strides + kernel_size - in;
        return (Axis){out, total > 0 ? total / 2 : 0};
    }
    int before = pads == SYMMETRIC ? kernel_size / 2 : 0;
    return axis_by_side(in, kernel_size, strides, before, before);
}

Problem problem_new(Case layer) {
    Axis y = axis_of(layer.height, layer.kernel_size, layer.strides, layer.pads);
    Axis x = axis_of(layer.width, layer.kernel_size, layer.strides, layer.pads);
    if (layer.pads >= BY_SIDE) {
        int i = layer.pads - BY_SIDE, size = layer.kernel_size, strides = layer.strides;
        y = axis_by_side(layer.height, size, strides, sides[i].top, sides[i].bottom);
        x = axis_by_side(layer.width, size, strides, sides[i].left, sides[i].right);
    }
    ck_assert(y.out > 0 && x.out > 0);
    Problem problem = {.shape = {.format = CHANNELS_LAST,
                                 .batch = layer.batch,
                                 .in_height = layer.height,
                                 .in_width = layer.width,
                                 .channels = layer.channels,
                                 .out_height = y.out,
                                 .out_width = x.out,
                                 .filters = layer.filters,
                                 .kernel_size = layer.kernel_size,
                                 .strides = layer.strides,
                                 .pad_top = y.before,
                                 .pad_left = x.before}};
    problem.in_count = (size_t)layer.batch * layer.height * layer.width * layer.channels;
    problem.out_count = (size_t)layer.batch * y.out * x.out * layer.filters;
    problem.kernel_count =
        (size_t)layer.kernel_size * layer.kernel_size * layer.channels * layer.filters;
    uint64_t stream = 0;
    problem.inputs = array_random(problem.in_count, stream++);
    problem.kernel = array_random(problem.kernel_count, stream++);
    problem.bias = array_random((size_t)layer.filters, stream++);
    problem.addend = array_random(problem.out_count, stream++);
    problem.d_outputs = array_random(problem.out_count, stream++);
    problem.scale = array_random((size_t)layer.channels, stream++);
    problem.shift = array_random((size_t)layer.channels, stream++);
    return problem;
}
