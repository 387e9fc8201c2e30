#include "models/depth_options.h"

#include "models/resnet.h"

#include <string.h>

typedef bool Accepts(const ResNetDepth *depth);

static bool is_any(const ResNetDepth *depth) {
    return depth->name;
}

static bool is_cifar(const ResNetDepth *depth) {
    return depth->form == CIFAR_FORM;
}

static bool is_original(const ResNetDepth *depth) {
    return depth->is_original;
}

/* The names in resnet_depths begin with "resnet"; the first `skipped` letters are left out. */
static void read_among(const OptionGiven *given, Accepts *accepts, size_t skipped) {
    const char *names[RESNET_DEPTHS + 1] = {NULL};
    int layers[RESNET_DEPTHS], count = 0;
    for (const ResNetDepth *depth = resnet_depths; depth->name; depth++)
        if (accepts(depth)) {
            names[count] = depth->name + skipped;
            layers[count++] = depth->num_layers;
        }
    *(int *)given->place = layers[option_choice(given->option, given->text, names)];
}

void read_depth(const OptionGiven *given) {
    read_among(given, is_any, strlen("resnet"));
}

void read_cifar_depth(const OptionGiven *given) {
    read_among(given, is_cifar, strlen("resnet"));
}

void read_original_depth(const OptionGiven *given) {
    read_among(given, is_original, strlen("resnet"));
}

void read_depth_name(const OptionGiven *given) {
    read_among(given, is_any, 0);
}
