/* Chapter 1: custom_padding at work.
 *
 * Pads an image for several kernel sizes in both data formats. Then shows why padding should depend
 * on the kernel alone: when an image grows or shrinks by a row and a column, a convolution with
 * strides still has the same outputs in the same places. With TensorFlow's SAME padding it has not.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "models/resnet.h"
#include "show/histogram.h"
#include "show/sample.h"
#include "show/sheet.h"
#include "show/table.h"

enum { CHANNELS = 3, KERNEL_SIZE = 3, STRIDES = 2, LARGEST_ROW = 16, TEXT = 128 };

/* ---- padding an image ---- */

static Sample padded(const Sample *sample, int kernel_size, DataFormat format,
                     char shape[SHAPE_TEXT]) {
    ResNetModel model = {.data_format = format};
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = format});
    Tensor *images = sample_input(graph, sample);
    Tensor *outputs = custom_padding(&model, images, kernel_size);
    graph_compile(graph, outputs, false);
    sample_write(images, sample);
    graph_forward(graph);
    Sample result = sample_read(outputs);
    shape_text(tensor_shape(outputs), shape);
    graph_free(graph);
    params_free(params);
    return result;
}

static void show_padding(const Sample *sample, Sheet *sheet) {
    Table *table = table_new("kernel | before | after | channels_last | channels_first | "
                             "largest difference");
    for (int kernel_size = 1; kernel_size <= 7; kernel_size += 2) {
        char shape_last[SHAPE_TEXT], shape_first[SHAPE_TEXT];
        Sample last = padded(sample, kernel_size, CHANNELS_LAST, shape_last);
        Sample first = padded(sample, kernel_size, CHANNELS_FIRST, shape_first);
        int total = last.height - sample->height, before = total / 2, after = total - before;
        table_row(table, "%d | %d | %d | %s | %s | %g", kernel_size, before, after, shape_last,
                  shape_first, (double)sample_difference(&last, &first));
        sheet_add(sheet,
                  (SheetPicture){.values = last.values,
                                 .height = last.height,
                                 .width = last.width,
                                 .channels = CHANNELS,
                                 .colours = SHEET_RGB,
                                 .before = before,
                                 .after = after},
                  "kernel %dx%d\n%dx%d pixels", kernel_size, kernel_size, last.height, last.width);
        sample_free(&last);
        sample_free(&first);
    }
    printf("custom_padding on %s:\n", sample->name);
    table_print(table);
}

/* ---- strides and the size of the image ---- */

/* A 3x3 convolution with strides 2, padded by custom_padding or by SAME; kernel NULL: random. */
static Sample convolve(const Sample *sample, bool custom, const float *kernel, uint64_t seed) {
    ResNetModel model = {.data_format = CHANNELS_LAST};
    Params *params = params_new(seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = sample_input(graph, sample);
    Tensor *inputs = custom ? custom_padding(&model, images, KERNEL_SIZE) : images;
    Tensor *outputs =
        conv2d(inputs, (Conv2DOptions){.filters = 1,
                                       .kernel_size = KERNEL_SIZE,
                                       .strides = STRIDES,
                                       .padding = custom ? PADDING_VALID : PADDING_SAME,
                                       .name = "conv"});
    graph_compile(graph, outputs, false);
    if (kernel)
        memcpy(parameter_values(params_find(params, "conv/kernel")), kernel,
               KERNEL_SIZE * KERNEL_SIZE * sizeof *kernel);
    sample_write(images, sample);
    graph_forward(graph);
    Sample result = sample_read(outputs);
    graph_free(graph);
    params_free(params);
    return result;
}

/* Writes the numbers of the pixels under the middles of a row's windows: each pixel's value is its
 * number, and the kernel copies the middle. */
static void window_centres(int size, bool custom, char text[TEXT]) {
    static const float copy_middle[KERNEL_SIZE * KERNEL_SIZE] = {[4] = 1};
    float pixels[LARGEST_ROW * LARGEST_ROW];
    for (int i = 0; i < size * size; i++)
        pixels[i] = (float)(i % size);
    Sample rows = {"", 1, size, size, 1, pixels};
    Sample centres = convolve(&rows, custom, copy_middle, 0);
    int length = 0;
    for (int i = 0; i < centres.width; i++)
        length += snprintf(text + length, TEXT - (size_t)length, "%g ", (double)centres.values[i]);
    sample_free(&centres);
}

static void show_centres(void) {
    Table *table = table_new("pixels in a row | custom_padding: window middles | SAME");
    for (int size = 6; size <= 9; size++) {
        char custom[TEXT], same[TEXT];
        window_centres(size, true, custom);
        window_centres(size, false, same);
        table_row(table, "%d | %s | %s", size, custom, same);
    }
    printf("\nWhich pixels a 3x3 convolution with strides 2 looks at:\n");
    table_print(table);
}

/* The first rows and columns of a sample of one channel. */
static Sample cropped(const Sample *sample, int height, int width) {
    Sample part = {"", 1, height, width, 1, NULL};
    part.values = memory_new(sample_count(&part), sizeof(float));
    for (int y = 0; y < height; y++)
        memcpy(part.values + y * width, sample->values + y * sample->width,
               (size_t)width * sizeof(float));
    return part;
}

static void add_outputs(Sheet *sheet, const Sample *outputs, float full, const char *caption) {
    sheet_add(sheet,
              (SheetPicture){.values = outputs->values,
                             .height = outputs->height,
                             .width = outputs->width,
                             .colours = SHEET_SIGNED,
                             .full = full},
              "%s\n%dx%d outputs", caption, outputs->height, outputs->width);
}

static void add_comparison(Sheet *sheet, bool custom, const Sample *outputs,
                           const Sample *outputs_cut, const Sample *difference) {
    Moments moments = moments_of(outputs->values, sample_count(outputs), 1);
    float full = (float)fmax(-moments.least, moments.most);
    sheet_next_row(sheet);
    add_outputs(sheet, outputs, full,
                custom ? "custom_padding:\nwhole image" : "SAME:\nwhole image");
    add_outputs(sheet, outputs_cut, full, "without the last\nrow and column");
    add_outputs(sheet, difference, full, "difference where\nboth see the same");
}

/* Convolves the image and the image without its last `cut` rows and columns; returns the largest
 * difference among the outputs whose windows lie within both. sheet may be NULL. */
static float difference_after_cut(const Sample *sample, int cut, bool custom, uint64_t seed,
                                  Sheet *sheet) {
    Sample smaller = cropped(sample, sample->height - cut, sample->width - cut);
    Sample outputs = convolve(sample, custom, NULL, seed);
    Sample outputs_cut = convolve(&smaller, custom, NULL, seed);
    int rows = (smaller.height - 1) / STRIDES, columns = (smaller.width - 1) / STRIDES;
    Sample a = cropped(&outputs, rows, columns), b = cropped(&outputs_cut, rows, columns);
    float largest = sample_difference(&a, &b);
    if (sheet) {
        for (size_t i = 0; i < sample_count(&a); i++)
            a.values[i] -= b.values[i];
        add_comparison(sheet, custom, &outputs, &outputs_cut, &a);
    }
    Sample *used[] = {&smaller, &outputs, &outputs_cut, &a, &b};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
        sample_free(used[i]);
    return largest;
}

static void show_consistency(const Sample *sample, uint64_t seed, Sheet *sheet) {
    Table *table =
        table_new("rows and columns cut | custom_padding: difference | SAME: difference");
    int smaller_side = sample->height < sample->width ? sample->height : sample->width;
    for (int cut = 1; cut <= 4 && smaller_side - cut >= KERNEL_SIZE; cut++) {
        Sheet *draw = cut == 1 ? sheet : NULL;
        float custom = difference_after_cut(sample, cut, true, seed, draw);
        float same = difference_after_cut(sample, cut, false, seed, draw);
        table_row(table, "%d | %g | %g", cut, (double)custom, (double)same);
    }
    printf("\nA random 3x3 convolution with strides 2 on %s, %dx%d,\n"
           "and again with rows and columns cut off at the end; largest difference in the outputs\n"
           "whose windows lie within both:\n",
           sample->name, sample->height, sample->width);
    table_print(table);
}

int main(int argc, char *argv[]) {
    ShowOptions options = show_image_options(
        argc, argv, "Chapter 1: zero padding that depends on the kernel's size alone.");
    Sample colour = sample_load(&options, CHANNELS), grey = sample_load(&options, 1);
    Sheet *sheet = sheet_new("custom_padding, and what it does to strided convolutions");
    show_padding(&colour, sheet);
    show_centres();
    show_consistency(&grey, options.seed, sheet);
    printf("\n");
    sheet_write(sheet, options.out, "01_padding.png");
    sample_free(&colour);
    sample_free(&grey);
    return 0;
}
