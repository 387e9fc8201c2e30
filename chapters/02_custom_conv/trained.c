#include "trained.h"

#include "base/error.h"
#include "base/integers.h"
#include "models/resnet.h"
#include "show/sample.h"
#include "show/sheet.h"
#include "training/checkpoint.h"

#include <math.h>
#include <string.h>

enum { COLUMNS = 4, MOST_FILTERS = COLUMNS * COLUMNS, CELL = 28, SIDE = COLUMNS * (CELL + 1) + 1 };

static const char stem_kernel[] = "conv_initial/kernel", stem_bias[] = "conv_initial/bias";

/* A map of `size` x `size` pixels with `stride` floats from one to the next goes into the mosaic's
 * cell number `place`, enlarged to fill it, its largest value at full strength. */
static void add_to_mosaic(float *mosaic, int place, const float *map, int size, int stride) {
    float largest = 0;
    for (int i = 0; i < size * size; i++)
        largest = fmaxf(largest, fabsf(map[i * stride]));
    int zoom = CELL / size, top = 1 + place / COLUMNS * (CELL + 1);
    int left = 1 + place % COLUMNS * (CELL + 1);
    for (int y = 0; y < size * zoom; y++)
        for (int x = 0; x < size * zoom; x++)
            mosaic[(top + y) * SIDE + left + x] =
                map[(y / zoom * size + x / zoom) * stride] / fmaxf(largest, 1e-30f);
}

/* `maps`: (size, size, count). */
static void add_mosaic(Sheet *sheet, const float *maps, int size, int count, const char *caption) {
    float mosaic[SIDE * SIDE] = {0};
    for (int k = 0; k < min_int(count, MOST_FILTERS); k++)
        add_to_mosaic(mosaic, k, maps + k, size, count);
    sheet_add(
        sheet,
        (SheetPicture){.values = mosaic, .height = SIDE, .width = SIDE, .colours = SHEET_SIGNED},
        "%s", caption);
}

static const SafeTensor *find(const SafeTensors *file, const char *path, const char *name) {
    const SafeTensor *tensor = safetensors_find(file, name);
    require(tensor, "%s: has no %s; give the model.safetensors of a training", path, name);
    return tensor;
}

static void write_parameter(const Params *params, const SafeTensor *tensor) {
    const Parameter *parameter = params_find(params, tensor->name);
    memcpy(parameter_values(parameter), tensor->values, parameter->count * sizeof(float));
}

void draw_trained(const char *checkpoint, const ShowOptions *options) {
    static const ResNetModel model = {.data_format = CHANNELS_LAST};
    CheckpointInfo info = checkpoint_read_info(checkpoint);
    require(info.channels == 1, "%s: a network for images of %d channels; give one for grey images",
            checkpoint, info.channels);
    SafeTensors *file = safetensors_read(checkpoint);
    const SafeTensor *kernel = find(file, checkpoint, stem_kernel);
    const SafeTensor *bias = find(file, checkpoint, stem_bias);
    require(kernel->values && bias->values && kernel->rank == 4 && bias->rank == 1 &&
                kernel->size[0] == kernel->size[1] && kernel->size[2] == 1 &&
                kernel->size[3] == bias->size[0],
            "%s: %s and %s are not floats of a square convolution of grey images; give the "
            "model.safetensors of a training",
            checkpoint, stem_kernel, stem_bias);
    int size = kernel->size[0], filters = kernel->size[3];
    Sample sample = sample_load_square(options, 1, CELL);
    float deviation = info.deviation[0] > 0 ? info.deviation[0] : 1;
    for (size_t i = 0; i < sample_count(&sample); i++)
        sample.values[i] = (sample.values[i] - info.mean[0]) / deviation;

    Params *params = params_new(info.seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = sample_input(graph, &sample);
    Tensor *outputs = custom_conv2d(&model, images, filters, size, 1, "conv_initial");
    graph_compile(graph, outputs, false);
    Sheet *sheet = sheet_new("What training makes of filters");
    add_mosaic(sheet, parameter_values(params_find(params, stem_kernel)), size, filters,
               "before training:\nrandom");
    add_mosaic(sheet, kernel->values, size, filters, "after training");
    write_parameter(params, kernel);
    write_parameter(params, bias);
    sample_write(images, &sample);
    graph_forward(graph);
    Sample maps = sample_read(outputs);
    add_mosaic(sheet, maps.values, CELL, filters, "the image through\nthe trained filters");
    sheet_write(sheet, options->out, "02_trained.png");

    sample_free(&maps);
    sample_free(&sample);
    graph_free(graph);
    params_free(params);
    safetensors_free(file);
}
