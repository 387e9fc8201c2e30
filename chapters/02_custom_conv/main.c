/* Chapter 2: custom_conv2d at work.
 *
 * Writes well-known filters into the kernel and convolves an image with strides 1 and 2. Then runs
 * the textbook loops against the vectorised kernels: how fast each is, and how far they differ. */
#include <math.h>
#include <omp.h>
#include <stdio.h>

#include "conv_race.h"
#include "drawings.h"
#include "models/resnet.h"
#include "pieces/loops.h"
#include "show/histogram.h"
#include "show/sample.h"
#include "show/sheet.h"
#include "show/table.h"
#include "trained.h"

/* ---- filters on an image ---- */

enum { FILTERS = 4, KERNEL_SIZE = 3, TAPS = KERNEL_SIZE * KERNEL_SIZE };

static const struct {
    const char *name;
    float taps[TAPS];
    SheetColours colours;
} filters[FILTERS] = {
    {"Sobel, across", {-1, 0, 1, -2, 0, 2, -1, 0, 1}, SHEET_SIGNED},
    {"Sobel, down", {-1, -2, -1, 0, 0, 0, 1, 2, 1}, SHEET_SIGNED},
    {"outline", {-1, -1, -1, -1, 8, -1, -1, -1, -1}, SHEET_SIGNED},
    {"blur",
     {1 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 4 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 1 / 16.f},
     SHEET_GREY},
};

/* The kernel (3, 3, 1, FILTERS): filter k's tap t stands at [t][k]. */
static void write_filters(float *kernel) {
    for (int tap = 0; tap < TAPS; tap++)
        for (int k = 0; k < FILTERS; k++)
            kernel[tap * FILTERS + k] = filters[k].taps[tap];
}

static Sample filtered(const Sample *sample, int strides, bool loops) {
    ResNetModel model = {.data_format = CHANNELS_LAST};
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST, .loops = loops});
    Tensor *images = sample_input(graph, sample);
    Tensor *outputs = custom_conv2d(&model, images, FILTERS, KERNEL_SIZE, strides, "filters");
    graph_compile(graph, outputs, false);
    write_filters(parameter_values(params_find(params, "filters/kernel")));
    sample_write(images, sample);
    graph_forward(graph);
    Sample result = sample_read(outputs);
    graph_free(graph);
    params_free(params);
    return result;
}

static void add_pictures(Sheet *sheet, const Sample *outputs, int strides) {
    sheet_next_row(sheet);
    for (int k = 0; k < FILTERS; k++) {
        Moments moments = moments_of(outputs->values + k, sample_count(outputs) - k, FILTERS);
        sheet_add(sheet,
                  (SheetPicture){.values = outputs->values,
                                 .height = outputs->height,
                                 .width = outputs->width,
                                 .channels = FILTERS,
                                 .channel = k,
                                 .colours = filters[k].colours,
                                 .full = (float)fmax(-moments.least, moments.most)},
                  "%s\nstrides %d: %dx%d", filters[k].name, strides, outputs->height,
                  outputs->width);
    }
}

/* The largest difference between the outputs of strides 2 and every second output of strides 1. */
static float difference_of_strides(const Sample *one, const Sample *two) {
    float largest = 0;
    for (int y = 0; y < two->height; y++)
        for (int x = 0; x < two->width; x++)
            for (int k = 0; k < FILTERS; k++) {
                size_t in_two =
                    image_index(CHANNELS_LAST, two->height, two->width, FILTERS, 0, y, x, k);
                size_t in_one = image_index(CHANNELS_LAST, one->height, one->width, FILTERS, 0,
                                            2 * y, 2 * x, k);
                largest = fmaxf(largest, fabsf(two->values[in_two] - one->values[in_one]));
            }
    return largest;
}

static void show_filters(const Sample *sample, const char *out) {
    Sheet *sheet = sheet_new("custom_conv2d with filters of our own");
    sheet_add(
        sheet,
        (SheetPicture){.values = sample->values, .height = sample->height, .width = sample->width},
        "the image\n%dx%d", sample->height, sample->width);
    Table *table = table_new("strides | outputs | loops against vectorised: largest difference");
    Sample outputs[2];
    for (int i = 0; i < 2; i++) {
        outputs[i] = filtered(sample, i + 1, false);
        Sample by_loops = filtered(sample, i + 1, true);
        add_pictures(sheet, &outputs[i], i + 1);
        table_row(table, "%d | (%d, %d, %d, %d) | %.2g", i + 1, outputs[i].batch, outputs[i].height,
                  outputs[i].width, outputs[i].channels,
                  (double)sample_difference(&outputs[i], &by_loops));
        sample_free(&by_loops);
    }
    printf("%d filters of 3x3 on %s:\n", FILTERS, sample->name);
    table_print(table);
    printf("strides 2 against every second output of strides 1: largest difference %.2g\n",
           (double)difference_of_strides(&outputs[0], &outputs[1]));
    sheet_write(sheet, out, "02_custom_conv.png");
    sample_free(&outputs[0]);
    sample_free(&outputs[1]);
}

/* ---- loops against the vectorised kernels ---- */

static Conv2DShape layer(int batch, int size, int channels, int filters, int kernel_size,
                         int strides) {
    int pad_total = kernel_size - 1;
    int out_size = conv2d_output_size(size, kernel_size, strides, pad_total);
    return (Conv2DShape){.batch = batch,
                         .in_height = size,
                         .in_width = size,
                         .channels = channels,
                         .out_height = out_size,
                         .out_width = out_size,
                         .filters = filters,
                         .kernel_size = kernel_size,
                         .strides = strides,
                         .pad_top = pad_total / 2,
                         .pad_left = pad_total / 2};
}

static void show_speed(uint64_t seed) {
    const Conv2DShape layers[] = {layer(8, 28, 16, 16, 3, 1), layer(4, 14, 64, 64, 3, 1),
                                  layer(4, 28, 32, 64, 3, 2), layer(4, 14, 256, 64, 1, 1)};
    Table *table = table_new(conv_race_headings);
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        if (i > 0)
            table_rule(table);
        conv_race(&layers[i], seed, table);
    }
    printf(
        "\nThe loops against the vectorised kernels, both on one thread, and the kernels on %d:\n",
        omp_get_max_threads());
    table_print(table);
}

typedef struct Options {
    ShowOptions show;
    const char *from; /* a checkpoint, or NULL */
} Options;

static const Option rows[] = {{"from", 'f', "FILE", TEXT_AT(Options, from),
                               "draw the filters that a training has found, from its "
                               "model.safetensors, and nothing else"},
                              ROWS_AT(Options, show, show_image_rows),
                              {0}};

int main(int argc, char *argv[]) {
    Options options = {.show = show_defaults}; /* and no --kernels: it runs both kinds */
    options_read(rows, "Chapter 2: convolution, by textbook loops and vectorised.", argc, argv,
                 &options);
    if (options.from) {
        draw_trained(options.from, &options.show);
        return 0;
    }
    Sample sample = sample_load(&options.show, 1);
    show_filters(&sample, options.show.out);
    draw_window(options.show.out);
    draw_gather(options.show.out);
    show_speed(options.show.seed);
    sample_free(&sample);
    return 0;
}
