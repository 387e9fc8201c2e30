#include "show/options.h"

#include <stddef.h>

enum { KEY_IMAGE = 'i', KEY_GARMENT = 'g', KEY_DATA = 'd', KEY_OUT = 'o', TEST_IMAGES = 10000 };

static const struct argp_option options[] = {
    {"data", KEY_DATA, "DIR", 0, "other data than Fashion-MNIST, see datasets/README.md", 0},
    {"out", KEY_OUT, "DIR", 0, "where pictures go (default build/pictures)", 0},
    {0}};

static const struct argp_option image_options[] = {
    {"image", KEY_IMAGE, "FILE", 0, "show it on this PNG or JPEG", 0},
    {"garment", KEY_GARMENT, "N", 0,
     "show it on this Fashion-MNIST test image, 0 to 9999 (default 0, an ankle boot)", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    ShowOptions *show = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *show = (ShowOptions){.out = "build/pictures"};
        state->child_inputs[0] = &show->common;
        return 0;
    case KEY_DATA:
        show->data = text;
        return 0;
    case KEY_OUT:
        show->out = text;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_image(int key, char *text, struct argp_state *state) {
    ShowOptions *show = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = show;
        return 0;
    case KEY_IMAGE:
        show->image = text;
        return 0;
    case KEY_GARMENT:
        show->garment = (int)option_integer("--garment", text, 0, TEST_IMAGES - 1);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child common[] = {{&common_options_argp, 0, NULL, 0}, {0}};

const struct argp show_options_argp = {.options = options, .parser = parse, .children = common};

static const struct argp_child show[] = {{&show_options_argp, 0, NULL, 0}, {0}};

const struct argp show_image_options_argp = {
    .options = image_options, .parser = parse_image, .children = show};

static ShowOptions read_with(const struct argp *child, int argc, char *argv[], const char *about) {
    const struct argp_child children[] = {{child, 0, NULL, 0}, {0}};
    struct argp parser = {.doc = about, .children = children};
    ShowOptions read;
    argp_parse(&parser, argc, argv, 0, NULL, &read);
    return read;
}

ShowOptions show_options(int argc, char *argv[], const char *about) {
    return read_with(&show_options_argp, argc, argv, about);
}

ShowOptions show_image_options(int argc, char *argv[], const char *about) {
    return read_with(&show_image_options_argp, argc, argv, about);
}
