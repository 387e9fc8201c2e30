#include "variants.h"

#include <stdio.h>

const Regularizer regularizers[REGULARIZERS] = {
    {.key = "none", .name = "none"},
    {.key = "decay-5e-4", .name = "weight decay 0.0005", .weight_decay = 5e-4f},
    {.key = "decay-5e-3", .name = "weight decay 0.005", .weight_decay = 5e-3f},
    {.key = "dense-decay-5e-3",
     .name = "decay 0.005, dense only",
     .weight_decay = 5e-3f,
     .decay_only = "logits"},
    {.key = "dense-decay-5e-2",
     .name = "decay 0.05, dense only",
     .weight_decay = 5e-2f,
     .decay_only = "logits"},
    {.key = "dropout-0.1", .name = "dropout 0.1", .dropout = 0.1f},
    {.key = "dropout-0.3", .name = "dropout 0.3", .dropout = 0.3f},
    {.key = "noise-0.3", .name = "input noise 0.3", .noise = 0.3f},
    {.key = "l1-5e-4", .name = "L1 0.0005", .l1 = 5e-4f},
    {.key = "l1-2e-3", .name = "L1 0.002", .l1 = 2e-3f},
    {.key = "bits-4", .name = "weights of 4 bits", .bits = 4},
    {.key = "bits-1", .name = "weights of 1 bit", .bits = 1},
    {.key = "late-bits-4", .name = "4 bits, after training", .bits = 4, .round_late = true},
    {.key = "stopping", .name = "early stopping", .patience = 5},
};

Variant variant_at(int number) {
    return (Variant){number % REGULARIZERS, number < REGULARIZERS};
}

const char *variant_key(Variant variant) {
    enum { KEY = 32 };
    static char keys[2][REGULARIZERS][KEY];
    char *key = keys[variant.batch_norm][variant.regularizer];
    snprintf(key, KEY, "%s-%s", variant.batch_norm ? "bn" : "no-bn",
             regularizers[variant.regularizer].key);
    return key;
}
