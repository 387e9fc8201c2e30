#include "originals_under_test.h"

#include <stdio.h>
#include <string.h>

enum { BATCH = 2, HEIGHT = 5, WIDTH = 4, SCOPE_TEXT = 64, NAME = 128 };

static OriginalResNet model_of(OriginalCase c) {
    OriginalResNet model = original_resnet(18, STYLE_D2L, 5, c.format);
    model.projection_batch_norm = c.projection_batch_norm;
    model.strides_on_first = c.strides_on_first;
    model.is_plain = c.is_plain;
    model.conv_bias = !c.no_bias;
    model.form.batch_norm_epsilon = 1e-2f;
    return model;
}

/* How the references see the model. */
static ResNetModel seen_as(const OriginalResNet *model) {
    return (ResNetModel){.data_format = model->form.data_format,
                         .batch_norm_epsilon = model->form.batch_norm_epsilon};
}

/* ---- the equation ---- */

/* "<scope><layer><number>", the number left out if it is 0. */
static const char *named(char name[NAME], const char *scope, const char *layer, int number) {
    if (number)
        snprintf(name, NAME, "%s%s%d", scope, layer, number);
    else
        snprintf(name, NAME, "%s%s", scope, layer);
    return name;
}

/* Convolution and batch norm number `layer` of a block. */
static Images normalised_conv2d(Images images, const char *scope, int layer, int size, int filters,
                                int strides) {
    char name[NAME];
    images = images_conv2d(images, named(name, scope, "conv", layer), size, filters, strides);
    return images_batch_norm(images, named(name, scope, "bn", layer));
}

static Images projection(Images images, const char *scope, OriginalCase c, int channels) {
    char name[NAME];
    images = images_conv2d(images, named(name, scope, "projection", 0), 1, channels, c.strides);
    if (c.projection_batch_norm)
        images = images_batch_norm(images, named(name, scope, "projection_bn", 0));
    return images;
}

static Images branch(Images images, const char *scope, bool three_layers, OriginalCase c) {
    int first = three_layers && !c.strides_on_first ? 1 : c.strides;
    images = normalised_conv2d(images, scope, 1, three_layers ? 1 : 3, c.filters, first);
    images = normalised_conv2d(images_relu(images), scope, 2, 3, c.filters, c.strides / first);
    if (three_layers)
        images = normalised_conv2d(images_relu(images), scope, 3, 1, 4 * c.filters, 1);
    return images;
}

/* ---- the tests ---- */

static const OriginalUnderTest *tested;

static OriginalCase case_of(const void *row) {
    OriginalCase c = *(const OriginalCase *)row;
    if (c.strides == 0)
        c.strides = 1;
    return c;
}

static Images equation(Images images, const void *row) {
    OriginalCase c = case_of(row);
    char scope[SCOPE_TEXT];
    snprintf(scope, sizeof scope, "%s%d/", tested->name, c.index);
    Images outputs = branch(images, scope, tested->three_layers, c);
    if (c.is_plain)
        return images_relu(outputs);
    Images shortcut = c.use_1x1conv ? projection(images, scope, c, outputs.channels) : images;
    return images_relu(images_add(outputs, shortcut));
}

static void expect_no_bias(const Tensor *inputs) {
    Params *params = graph_params(tensor_graph(inputs));
    for (int p = 0; p < params_count(params); p++)
        if (strstr(params_at(params, p)->name, "/bias"))
            fail_test("%s is there, though model->conv_bias is false: original_conv2d() looks at "
                      "it.",
                      params_at(params, p)->name);
}

/* A parameter that leads nowhere changes no value, but is counted and kept in files. */
static void expect_projection(const Tensor *inputs, OriginalCase c) {
    char scope[SCOPE_TEXT], name[NAME];
    snprintf(scope, sizeof scope, "%s%d/", tested->name, c.index);
    bool projects = c.use_1x1conv && !c.is_plain;
    Params *params = graph_params(tensor_graph(inputs));
    if (params_find(params, named(name, scope, "projection/kernel", 0)) && !projects)
        fail_test("%s is there, though %s: it leads nowhere.", name,
                  c.is_plain ? "model->is_plain is true" : "use_1x1conv is false");
    if (params_find(params, named(name, scope, "projection_bn/gamma", 0)) &&
        !(projects && c.projection_batch_norm))
        fail_test("%s is there, though there is no projection, or none that is normalised.", name);
}

static void try_original(const void *row) {
    OriginalCase c = case_of(row);
    OriginalResNet model = model_of(c);
    ResNetModel seen = seen_as(&model);
    Tensor *inputs = new_inputs(c.format, BATCH, HEIGHT, WIDTH, c.channels);
    Tensor *outputs =
        tested->record(&model, inputs, c.filters, c.use_1x1conv, c.strides, c.is_training, c.index);
    recorded_operations(inputs);
    int channels = tested->three_layers ? 4 * c.filters : c.filters;
    expect_tensor(tested->name, inputs, outputs,
                  shape_image(c.format, BATCH, (HEIGHT - 1) / c.strides + 1,
                              (WIDTH - 1) / c.strides + 1, channels));
    expect_projection(inputs, c);
    if (c.no_bias)
        expect_no_bias(inputs);
    else
        expect_block(&seen, inputs, outputs, c.is_training, equation, row);
}

void add_original_cases(const OriginalUnderTest *block, const OriginalCase *cases, size_t count) {
    tested = block;
    for (size_t i = 0; i < count; i++)
        add_case(cases[i].name, cases[i].title, try_original, &cases[i]);
}
