#include "reference_blocks.h"

#include "reference_trace.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 256 };

static size_t at(Images images, int n, int y, int x, int c) {
    return image_index(CHANNELS_LAST, images.height, images.width, images.channels, n, y, x, c);
}

static Images images_sized(Images like, int height, int width, int channels) {
    Images images = like;
    images.height = height;
    images.width = width;
    images.channels = channels;
    images.values = new_doubles((size_t)like.batch * height * width * channels);
    return images;
}

/* Says what the images are. */
static Images named(Images images, const char *format, ...) __attribute__((format(printf, 2, 3)));
static Images named(Images images, const char *format, ...) {
    char text[4 * NAME];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    images.made = strcpy(malloc(strlen(text) + 1), text); /* the test's process ends soon */
    return images;
}

/* The same of what a recorded operation makes. */
static Images traced(Images outputs, const char *name, Images inputs) {
    ImageSize size = {outputs.batch, outputs.height, outputs.width, outputs.channels};
    trace_operation(name, inputs.made, size, outputs.values);
    return named(outputs, "%s", name);
}

Images images_from(const ResNetModel *model, const Tensor *inputs, bool is_training,
                   const double *values) {
    ImageSize size = tensor_image_size(inputs);
    Images images = {.inputs = inputs,
                     .epsilon = model->batch_norm_epsilon,
                     .is_training = is_training,
                     .batch = size.batch,
                     .made = "the inputs"};
    trace_start(inputs);
    images = images_sized(images, size.height, size.width, size.channels);
    for (int n = 0; n < size.batch; n++)
        for (int y = 0; y < size.height; y++)
            for (int x = 0; x < size.width; x++)
                for (int c = 0; c < size.channels; c++)
                    images.values[at(images, n, y, x, c)] = values[image_index(
                        model->data_format, size.height, size.width, size.channels, n, y, x, c)];
    return images;
}

double *images_values(const ResNetModel *model, Images images) {
    double *values =
        new_doubles((size_t)images.batch * images.height * images.width * images.channels);
    for (int n = 0; n < images.batch; n++)
        for (int y = 0; y < images.height; y++)
            for (int x = 0; x < images.width; x++)
                for (int c = 0; c < images.channels; c++)
                    values[image_index(model->data_format, images.height, images.width,
                                       images.channels, n, y, x, c)] =
                        images.values[at(images, n, y, x, c)];
    return values;
}

static const double *values_named(Images images, const char *name, const char *part) {
    char full[2 * NAME];
    snprintf(full, sizeof full, "%s/%s", name, part);
    if (!params_find(graph_params(tensor_graph(images.inputs)), full))
        trace_missing(name, images.made);
    return parameter_doubles(images.inputs, full);
}

/* A wrong shape is told and recorded: two mistakes may fail in the same words otherwise. */
static void require_shape(Images images, const char *name, Shape expected) {
    char full[2 * NAME], text[SHAPE_TEXT], wanted[SHAPE_TEXT];
    snprintf(full, sizeof full, "%s/kernel", name);
    values_named(images, name, "kernel");
    Shape shape = params_find(graph_params(tensor_graph(images.inputs)), full)->shape;
    record_text(full, shape_text(shape, text));
    if (!shape_equal(shape, expected))
        fail_test("%s has shape %s, expected %s.", full, text, shape_text(expected, wanted));
}

/* One filter at one place: the window begins at (top, left), which may lie outside. */
static double window_sum(Images images, const double *kernel, int size, int filters, int n, int top,
                         int left, int k) {
    double sum = 0;
    for (int r = 0; r < size; r++)
        for (int s = 0; s < size; s++)
            for (int c = 0; c < images.channels; c++) {
                int y = top + r, x = left + s;
                if (y >= 0 && y < images.height && x >= 0 && x < images.width)
                    sum += images.values[at(images, n, y, x, c)] *
                           kernel[((size_t)(r * size + s) * images.channels + c) * filters + k];
            }
    return sum;
}

Images images_conv2d(Images images, const char *name, int size, int filters, int strides) {
    require_shape(images, name, shape4(size, size, images.channels, filters));
    const double *kernel = values_named(images, name, "kernel");
    const double *bias = values_named(images, name, "bias");
    int before = (size - 1) / 2;
    Images outputs = images_sized(images, (images.height - 1) / strides + 1,
                                  (images.width - 1) / strides + 1, filters);
    for (int n = 0; n < images.batch; n++)
        for (int y = 0; y < outputs.height; y++)
            for (int x = 0; x < outputs.width; x++)
                for (int k = 0; k < filters; k++)
                    outputs.values[at(outputs, n, y, x, k)] =
                        bias[k] + window_sum(images, kernel, size, filters, n, y * strides - before,
                                             x * strides - before, k);
    return traced(outputs, name, images);
}

/* Of channel c: what the inputs are reduced by, and what they are divided by. */
static void statistics(Images images, const char *name, int c, double *mean, double *deviation) {
    double count = (double)images.batch * images.height * images.width, sum = 0, squares = 0;
    for (size_t i = 0; i < (size_t)count; i++)
        sum += images.values[i * images.channels + c];
    *mean = images.is_training ? sum / count : values_named(images, name, "moving_mean")[c];
    for (size_t i = 0; i < (size_t)count; i++)
        squares += pow(images.values[i * images.channels + c] - *mean, 2);
    double variance =
        images.is_training ? squares / count : values_named(images, name, "moving_variance")[c];
    *deviation = sqrt(variance + images.epsilon);
}

Images images_batch_norm(Images images, const char *name) {
    Images outputs = images_sized(images, images.height, images.width, images.channels);
    const double *gamma = values_named(images, name, "gamma");
    const double *beta = values_named(images, name, "beta");
    size_t positions = (size_t)images.batch * images.height * images.width;
    for (int c = 0; c < images.channels; c++) {
        double mean, deviation;
        statistics(images, name, c, &mean, &deviation);
        for (size_t i = 0; i < positions; i++) {
            size_t j = i * images.channels + c;
            outputs.values[j] = gamma[c] * (images.values[j] - mean) / deviation + beta[c];
        }
    }
    return traced(outputs, name, images);
}

Images images_relu(Images images) {
    Images outputs = images_sized(images, images.height, images.width, images.channels);
    size_t count = (size_t)images.batch * images.height * images.width * images.channels;
    for (size_t i = 0; i < count; i++)
        outputs.values[i] = fmax(0, images.values[i]);
    return named(outputs, "the ReLU of %s", images.made);
}

Images images_pre_activation(Images images, const char *name) {
    return images_relu(images_batch_norm(images, name));
}

Images images_add(Images a, Images b) {
    Images outputs = images_sized(a, a.height, a.width, a.channels);
    size_t count = (size_t)a.batch * a.height * a.width * a.channels;
    for (size_t i = 0; i < count; i++)
        outputs.values[i] = a.values[i] + b.values[i];
    return named(outputs, "%s plus %s", a.made, b.made);
}

Images images_max_pool(Images images) {
    enum { SIZE = 3, STRIDES = 2 };
    int height = (images.height + 1) / STRIDES, width = (images.width + 1) / STRIDES;
    int top = ((height - 1) * STRIDES + SIZE - images.height) / 2;
    int left = ((width - 1) * STRIDES + SIZE - images.width) / 2;
    Images outputs = images_sized(images, height, width, images.channels);
    for (int n = 0; n < images.batch; n++)
        for (int i = 0; i < height * width * images.channels; i++) {
            int c = i % images.channels, x = i / images.channels % width;
            int y = i / images.channels / width;
            double largest = -INFINITY;
            for (int r = 0; r < SIZE * SIZE; r++) {
                int from_y = y * STRIDES - top + r / SIZE, from_x = x * STRIDES - left + r % SIZE;
                if (from_y >= 0 && from_y < images.height && from_x >= 0 && from_x < images.width)
                    largest = fmax(largest, images.values[at(images, n, from_y, from_x, c)]);
            }
            outputs.values[at(outputs, n, y, x, c)] = largest;
        }
    return named(outputs, "the max_pooling2d of %s", images.made);
}

Images images_logits(Images images, const char *name, int units) {
    int map = images.height * images.width;
    require_shape(images, name, shape2(images.channels, units));
    const double *kernel = values_named(images, name, "kernel");
    const double *bias = values_named(images, name, "bias");
    Images outputs = images_sized(images, 1, 1, units);
    for (int n = 0; n < images.batch; n++)
        for (int k = 0; k < units; k++) {
            double sum = bias[k];
            for (int i = 0; i < map; i++)
                for (int c = 0; c < images.channels; c++)
                    sum += images.values[((size_t)n * map + i) * images.channels + c] / map *
                           kernel[(size_t)c * units + k];
            outputs.values[at(outputs, n, 0, 0, k)] = sum;
        }
    return traced(outputs, name,
                  named(images, "the flatten of the global_average_pooling2d of %s", images.made));
}

/* "<scope><operation>", with "_<number>" if that is not 0. */
static const char *numbered(char name[NAME], const char *scope, const char *operation, int number) {
    if (number)
        snprintf(name, NAME, "%s%s_%d", scope, operation, number);
    else
        snprintf(name, NAME, "%s%s", scope, operation);
    return name;
}

/* What the convolutions of one block have in common. */
typedef struct Block {
    const char *scope;
    bool projection; /* takes the first number among the convolutions */
} Block;

/* Pre-activation and convolution number `layer` of a block. */
static Images activated_conv2d(Images images, Block block, int layer, int size, int filters,
                               int strides) {
    char name[NAME];
    numbered(name, block.scope, "batch_normalization", layer);
    images = images_pre_activation(images, name);
    numbered(name, block.scope, "conv2d", layer + block.projection);
    return images_conv2d(images, name, size, filters, strides);
}

static Images shortcut(Images images, Block block, int filters, int strides) {
    char name[NAME];
    if (!block.projection)
        return images;
    numbered(name, block.scope, "batch_normalization", 0);
    images = images_pre_activation(images, name);
    return images_conv2d(images, numbered(name, block.scope, "conv2d", 0), 1, filters, strides);
}

Images images_regular_block(Images images, const char *scope, int filters, int strides,
                            bool projection) {
    Block block = {scope, projection};
    Images branch = activated_conv2d(images, block, 0, 3, filters, strides);
    branch = activated_conv2d(branch, block, 1, 3, filters, 1);
    return images_add(branch, shortcut(images, block, filters, strides));
}

Images images_bottleneck_block(Images images, const char *scope, int filters, int strides,
                               bool projection) {
    Block block = {scope, projection};
    Images branch = activated_conv2d(images, block, 0, 1, filters, 1);
    branch = activated_conv2d(branch, block, 1, 3, filters, strides);
    branch = activated_conv2d(branch, block, 2, 1, 4 * filters, 1);
    return images_add(branch, shortcut(images, block, 4 * filters, strides));
}

Images images_plain_block(Images images, const char *scope, int filters, int strides) {
    Block block = {scope, false};
    images = activated_conv2d(images, block, 0, 3, filters, strides);
    return activated_conv2d(images, block, 1, 3, filters, 1);
}

Images images_block_layer(Images images, const char *scope, bool bottleneck, int filters,
                          int strides, int num_blocks) {
    const char *name = bottleneck ? "bottleneck_block" : "regular_block";
    for (int i = 0; i < num_blocks; i++) {
        char block[NAME];
        snprintf(block, sizeof block, "%s%s%d/", scope, name, i);
        images = (bottleneck ? images_bottleneck_block : images_regular_block)(
            images, block, filters, i == 0 ? strides : 1, i == 0);
    }
    return images;
}
