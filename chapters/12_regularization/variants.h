/* What is compared: each regulariser with and without batch norm. */
#ifndef CHAPTER_12_VARIANTS_H
#define CHAPTER_12_VARIANTS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Regularizer {
    const char *key;  /* in file names: "decay" */
    const char *name; /* "weight decay 5e-3" */
    float weight_decay;
    const char *decay_only; /* kernels whose names begin so; NULL: all */
    float l1;               /* of all kernels, see weights.h */
    int bits;               /* of all kernels' weights; 0: floats */
    bool round_late;        /* to the bits after the training; else in each of its steps */
    float dropout;
    float noise;  /* on the input images */
    int patience; /* of early stopping; 0: none */
} Regularizer;

enum { REGULARIZERS = 14, VARIANTS = 2 * REGULARIZERS };

extern const Regularizer regularizers[REGULARIZERS];

/* Which of regularizers[], with or without batch norm. */
typedef struct Variant {
    int regularizer;
    bool batch_norm;
} Variant;

/* Number 0 to VARIANTS - 1: those with batch norm first. */
Variant variant_at(int number);

/* "bn-decay", "no-bn-decay"; a text that stays. */
const char *variant_key(Variant variant);

#endif
