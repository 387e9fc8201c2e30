/* The pieces that compare a gradient with differences. The program that links the library supplies
 * them. */
#ifndef PIECES_GRADIENT_CHECK_H
#define PIECES_GRADIENT_CHECK_H

#include <stddef.h>
#include <stdint.h>

/* A function of arrays, and what is to be its gradient. Every output is written. */
typedef struct Differentiable {
    size_t num_inputs, num_outputs;
    void (*forward)(const void *context, const float *inputs, float *outputs);
    /* d_inputs = d(sum of outputs * d_outputs) / d inputs, at these inputs. */
    void (*backward)(const void *context, const float *inputs, const float *d_outputs,
                     float *d_inputs);
    const void *context;
} Differentiable;

/* The gradient of L(inputs) = sum over j of outputs(j) * d_outputs(j), a sum in double, by central
 * differences. For each i,
 *     h = epsilon * max(1, |inputs(i)|), up = inputs(i) + h, down = inputs(i) - h,
 *     gradient(i) = (L(inputs with up at i) - L(inputs with down at i)) / (up - down).
 * up and down are floats; their difference is taken in double, since up - down is seldom exactly
 * 2h. */
void numeric_gradient(const Differentiable *function, const float *inputs, const float *d_outputs,
                      float epsilon, double *gradient);

/* How far function->backward is from numeric_gradient(), for random d_outputs: normal ones from
 * base/random.h, by the seed. Both gradients are compared as wholes:
 *     largest |backward's - numeric| / largest of all |backward's| and |numeric|,
 * 0 if both are 0 everywhere, INFINITY if a value of either is not finite. About 1e-3 or less if
 * they agree, 2 if the sign is wrong. */
double check_gradient(const Differentiable *function, const float *inputs, float epsilon,
                      uint64_t seed);

#endif
