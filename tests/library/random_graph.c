#include "random_graph.h"

#include <check.h>
#include <stdlib.h>

#include "base/memory.h"
#include "layers/layers.h"

enum { MOST_FEATURES = 100 }; /* of a matrix that is square */

static int draw(Recording *recording, int bound) {
    if (!recording->bytes)
        return random_below(&recording->random, bound);
    if (recording->left == 0)
        return 0;
    recording->left--;
    return *recording->bytes++ % bound;
}

/* Bytes may also ask for more than usual, and for what the library refuses. */
static int draw_size(Recording *recording, int usual, int from_bytes) {
    return draw(recording, recording->bytes ? from_bytes : usual);
}

static Tensor *remember(Recording *recording, Tensor *tensor) {
    ck_assert_int_lt(recording->count, MAX_RECORDED);
    return recording->recorded[recording->count++] = tensor;
}

/* Mostly the last tensor, so that graphs get deep; sometimes any. */
static Tensor *choose(Recording *recording) {
    bool last = draw(recording, 3) > 0;
    return recording->recorded[last ? recording->count - 1 : draw(recording, recording->count)];
}

static Tensor *normalise(Recording *recording, Tensor *inputs) {
    BatchNormOptions options = {.epsilon = recording->exact ? 0.25f : 0.1f,
                                .is_training = !recording->exact && draw(recording, 3) > 0};
    return remember(recording, batch_normalization(inputs, options));
}

static Tensor *convolve(Recording *recording, Tensor *inputs, int filters, int strides) {
    Conv2DOptions options = {.filters = filters,
                             .kernel_size = 1 + 2 * draw_size(recording, 2, 4),
                             .strides = strides,
                             .padding = PADDING_SAME,
                             .no_bias = draw(recording, 4) == 0};
    return remember(recording, conv2d(inputs, options));
}

static Tensor *convolve_anyhow(Recording *recording, Tensor *inputs) {
    ImageSize size = tensor_image_size(inputs);
    int smaller = size.height < size.width ? size.height : size.width;
    int kernel_size = 1 + draw_size(recording, smaller < 3 ? smaller : 3, 7);
    Conv2DOptions options = {.filters = draw(recording, 8) ? 1 + draw(recording, 5) : 18,
                             .kernel_size = kernel_size,
                             .strides = 1 + draw_size(recording, 2, 4),
                             .padding = (Padding)draw(recording, 3),
                             .pad = draw_size(recording, kernel_size, 8)};
    if (options.padding != PADDING_SYMMETRIC)
        options.pad = 0;
    return conv2d(inputs, options);
}

static Tensor *pad_anyhow(Recording *recording, Tensor *inputs) {
    bool first = graph_data_format(recording->graph) == CHANNELS_FIRST;
    int paddings[4][2] = {{0}};
    for (int axis = 1; axis < 3; axis++)
        for (int side = 0; side < 2; side++)
            paddings[axis + first][side] = draw(recording, 3);
    if (draw(recording, 4) == 0)
        paddings[first ? 1 : 3][0] = 1; /* channels: the convolution cannot do that itself */
    return pad(inputs, paddings);
}

static Tensor *pool_anyhow(Recording *recording, Tensor *inputs) {
    ImageSize size = tensor_image_size(inputs);
    if (recording->exact && draw(recording, 2)) {
        PoolOptions options = {.pool_size = 1 + draw_size(recording, 3, 17),
                               .strides = 1 + draw_size(recording, 2, 4),
                               .padding = PADDING_SAME};
        if (recording->bytes) {
            options.padding = (Padding)draw(recording, 3);
            options.pad = draw(recording, 5);
        }
        return max_pool2d(inputs, options);
    }
    if (recording->averages > 0 || size.height < 2 || size.width < 2)
        return relu(inputs);
    recording->averages++;
    return average_pool2d(inputs, (PoolOptions){.pool_size = 2});
}

/* An addition to whatever has the same shape, or to a projection of it. */
static Tensor *add_anyhow(Recording *recording, Tensor *inputs) {
    Tensor *addend = choose(recording);
    if (!shape_equal(tensor_shape(addend), tensor_shape(inputs)))
        addend = convolve(recording, inputs, tensor_image_size(inputs).channels, 1);
    return draw(recording, 2) ? add(inputs, addend) : add(addend, inputs);
}

/* A pre-activation block, identity or projection. */
static Tensor *block_anyhow(Recording *recording, Tensor *inputs) {
    bool project = draw(recording, 2);
    int channels = tensor_image_size(inputs).channels;
    int filters = project ? 1 + draw(recording, 4) : channels;
    int strides = project ? 1 + draw(recording, 2) : 1;
    Tensor *first = remember(recording, relu(normalise(recording, inputs)));
    Tensor *shortcut = project ? convolve(recording, first, filters, strides) : inputs;
    Tensor *conv1 = convolve(recording, first, filters, strides);
    Tensor *second = remember(recording, relu(normalise(recording, conv1)));
    return add(convolve(recording, second, filters, 1), shortcut);
}

/* What is dropped goes by the place in memory, which is another in each set of kernels for
 * channels_first. */
static Tensor *drop(const Recording *recording, Tensor *inputs) {
    bool last = graph_data_format(recording->graph) == CHANNELS_LAST;
    return last ? dropout(inputs, 0.5f, true) : relu(inputs);
}

static void record_step(Recording *recording) {
    Tensor *inputs = choose(recording), *outputs = NULL;
    switch (draw(recording, 10)) {
    case 0:
    case 1:
        outputs = convolve_anyhow(recording, inputs);
        break;
    case 2:
        outputs = relu(normalise(recording, inputs));
        break;
    case 3:
        outputs = normalise(recording, inputs);
        break;
    case 4:
        outputs = convolve_anyhow(recording, remember(recording, pad_anyhow(recording, inputs)));
        break;
    case 5:
        outputs = pool_anyhow(recording, inputs);
        break;
    case 6:
        outputs = drop(recording, inputs);
        break;
    case 7:
        outputs = add_anyhow(recording, inputs);
        break;
    case 8:
        outputs = relu(inputs);
        break;
    default:
        outputs = block_anyhow(recording, inputs);
    }
    remember(recording, outputs);
}

static void record_head(Recording *recording) {
    Tensor *last = recording->recorded[recording->count - 1];
    recording->target = last;
    if (draw(recording, 2)) {
        Tensor *rows = remember(recording, flatten(last));
        int features = tensor_shape(rows).size[1];
        if (features <= MOST_FEATURES && draw(recording, 2)) { /* rows read by two */
            Tensor *mixed = remember(recording, dense(rows, (DenseOptions){.units = features}));
            rows = remember(recording, draw(recording, 2) ? add(rows, mixed) : add(mixed, rows));
        }
        recording->target = remember(recording, dense(rows, (DenseOptions){.units = 3}));
        if (!recording->exact && draw(recording, 2)) {
            recording->labels =
                graph_input(recording->graph, "labels", shape1(tensor_shape(last).size[0]));
            recording->target = softmax_cross_entropy(recording->target, recording->labels, 0.1f);
        }
    }
}

static void record(Recording *recording, DataFormat format, bool loops, uint64_t seed) {
    recording->params = params_new(0);
    recording->graph = graph_new(
        recording->params, (GraphOptions){.data_format = format, .loops = loops, .seed = seed});
    int channels = draw(recording, 4) ? 1 + draw(recording, 4) : 17;
    Shape shape = shape_image(format, 1 + draw(recording, 3), 3 + draw(recording, 6),
                              3 + draw(recording, 6), channels);
    remember(recording, graph_input(recording->graph, "one", shape));
    if (draw(recording, 2))
        remember(recording, graph_input(recording->graph, "other", shape));
    int steps = 2 + draw(recording, 8);
    for (int step = 0; step < steps; step++)
        record_step(recording);
    record_head(recording);
}

Recording *random_graph_new(int number, DataFormat format, bool loops) {
    Recording *recording = memory_new(1, sizeof *recording);
    recording->random = random_stream(11, (uint64_t)number);
    recording->exact = number % 2 == 0;
    record(recording, format, loops, (uint64_t)number);
    return recording;
}

Recording *random_graph_from_bytes(const uint8_t *bytes, size_t count, bool loops) {
    Recording *recording = memory_new(1, sizeof *recording);
    recording->bytes = bytes;
    recording->left = count;
    recording->exact = draw(recording, 2);
    DataFormat format = (DataFormat)draw(recording, 2);
    record(recording, format, loops, 0);
    return recording;
}

void random_graph_free(Recording *recording) {
    graph_free(recording->graph);
    params_free(recording->params);
    free(recording);
}
