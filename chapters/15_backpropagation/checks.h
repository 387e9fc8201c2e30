/* The kernels of chapters 2, 3 and 8 as functions to be checked, each in one of its arrays. */
#ifndef CHECKS_H
#define CHECKS_H

#include "pieces/gradient_check.h"

/* A function and where it is to be checked. */
typedef struct GradientCase {
    const char *name;
    Differentiable function;
    const float *inputs;
} GradientCase;

enum { GRADIENT_CASES = 6 };

/* Fills the cases: random arrays from the seed, which last until the program's end. */
void gradient_cases(uint64_t seed, GradientCase cases[GRADIENT_CASES]);

/* Batch normalisation in its inputs, and two wrong gradients of it. */
enum { WRONG_GRADIENTS = 2 };
GradientCase batch_norm_case(uint64_t seed);
void wrong_gradients(uint64_t seed, GradientCase cases[WRONG_GRADIENTS]);

#endif
