#include "show/options.h"

#include <limits.h>

#include "graph/graph.h"

enum { MOST_CHANNELS = 1024, MOST_CLASSES = 1000000, MOST_PIXELS = 8192 };

const ShowOptions show_defaults = {.seed = 1, .out = "build/pictures"};

const Option show_rows[] = {
    {"data", 'd', "DIR", TEXT_AT(ShowOptions, data),
     "other data than Fashion-MNIST, see datasets/README.md"},
    {"out", 'o', "DIR", TEXT_AT(ShowOptions, out), "where pictures go (default build/pictures)"},
    ROWS_AT(ShowOptions, seed, common_rows),
    {0}};

const Option show_image_rows[] = {
    {"image", 'i', "FILE", TEXT_AT(ShowOptions, image), "show it on this PNG or JPEG"},
    {"garment", 'g', "N", INTEGER_AT(ShowOptions, garment, 0, INT_MAX),
     "show it on this test image (default 0; Fashion-MNIST's is an ankle boot, 9999 its last)"},
    ROWS(show_rows),
    {0}};

static void read_kernels(const OptionGiven *given) {
    static const char *const names[] = {"fast", "loops", NULL};
    graph_all_on_loops(option_choice(given->option, given->text, names) == 1);
}

const Option kernel_rows[] = {
    {"kernels", 0, "NAME", READ(read_kernels), "fast (default), or loops: the textbook ones, slow"},
    {0}};

static ShowOptions read_with(const Option *rows, int argc, char *argv[], const char *about) {
    ShowOptions options = show_defaults;
    options_read(rows, about, argc, argv, &options);
    return options;
}

ShowOptions show_options(int argc, char *argv[], const char *about) {
    static const Option rows[] = {ROWS(show_rows), ROWS(kernel_rows), {0}};
    return read_with(rows, argc, argv, about);
}

ShowOptions show_image_options(int argc, char *argv[], const char *about) {
    static const Option rows[] = {ROWS(show_image_rows), ROWS(kernel_rows), {0}};
    return read_with(rows, argc, argv, about);
}

const StageOptions stage_defaults = {.channels = 3, .classes = 1000, .image_size = 224};

const Option stage_rows[] = {
    {"channels", 'c', "C", INTEGER_AT(StageOptions, channels, 1, MOST_CHANNELS),
     "of the images (default 3)"},
    {"classes", 'k', "K", INTEGER_AT(StageOptions, classes, 1, MOST_CLASSES),
     "number of logits (default 1000)"},
    {"image-size", 'S', "S", INTEGER_AT(StageOptions, image_size, 1, MOST_PIXELS),
     "height and width of the images (default 224)"},
    {"graph", 'G', "FILE", TEXT_AT(StageOptions, graph),
     "draw the recorded graph: .svg, .png, .pdf or .dot"},
    {0}};
