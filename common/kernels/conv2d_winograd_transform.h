/* The linear maps of Winograd's minimal filtering F(m x m, 3 x 3) (Winograd 1980; Lavin and Gray
 * 2016, "Fast algorithms for convolutional neural networks") for m = 4 and m = 3 outputs.
 *
 * A polynomial of degree m + 1 is known by its values in m + 2 points: 0, +-NEAR, +-FAR and
 * infinity for m = 4; 0, +-NEAR, FAR and infinity for m = 3. m outputs y of a filter g over m + 2
 * inputs d are, along one axis, y = A' [(G g) * (B' d)], m + 2 products instead of 3 m; along two
 * axes 36 instead of 144, or 25 instead of 81. The matrices follow from the points, which were
 * chosen for small rounding errors: about a third of those of the usual 1 and 2.
 *
 * Each function maps along one axis: element i of the input at in[i * stride], of the output at
 * out[i * stride]; a square of vectors takes it once along each axis. */
#ifndef KERNELS_CONV2D_WINOGRAD_TRANSFORM_H
#define KERNELS_CONV2D_WINOGRAD_TRANSFORM_H

#include "kernels/simd.h"

enum {
    WINOGRAD_TAPS = 3,
    WINOGRAD_MOST_OUTPUTS = 4,
    WINOGRAD_MOST_POINTS = WINOGRAD_MOST_OUTPUTS + WINOGRAD_TAPS - 1,
    WINOGRAD_MOST_PRODUCTS = WINOGRAD_MOST_POINTS * WINOGRAD_MOST_POINTS,
};

/* The points of m = 4, and their powers. */
#define WINOGRAD_NEAR 0.625F
#define WINOGRAD_FAR 1.5F

static const float near1 = WINOGRAD_NEAR, near2 = WINOGRAD_NEAR * WINOGRAD_NEAR,
                   near3 = WINOGRAD_NEAR * WINOGRAD_NEAR * WINOGRAD_NEAR;
static const float far1 = WINOGRAD_FAR, far2 = WINOGRAD_FAR * WINOGRAD_FAR,
                   far3 = WINOGRAD_FAR * WINOGRAD_FAR * WINOGRAD_FAR;

static inline __attribute__((always_inline)) void winograd4_inputs(const Vector *in, Vector *out,
                                                                   int stride) {
    Vector d0 = in[0], d1 = in[stride], d2 = in[2 * stride];
    Vector d3 = in[3 * stride], d4 = in[4 * stride], d5 = in[5 * stride];
    Vector near_even = d4 - far2 * d2, near_odd = near1 * (d3 - far2 * d1);
    Vector far_even = d4 - near2 * d2, far_odd = far1 * (d3 - near2 * d1);
    out[0] = near2 * far2 * d0 - (near2 + far2) * d2 + d4;
    out[stride] = near_even + near_odd;
    out[2 * stride] = near_even - near_odd;
    out[3 * stride] = far_even + far_odd;
    out[4 * stride] = far_even - far_odd;
    out[5 * stride] = near2 * far2 * d1 - (near2 + far2) * d3 + d5;
}

static inline __attribute__((always_inline)) void winograd4_taps(const Vector *in, Vector *out,
                                                                 int stride) {
    const float by_near = 1 / (2 * near2 * (near2 - far2)),
                by_far = 1 / (2 * far2 * (far2 - near2));
    Vector g0 = in[0], g1 = in[stride], g2 = in[2 * stride];
    Vector near_even = by_near * (g0 + near2 * g2), near_odd = by_near * near1 * g1;
    Vector far_even = by_far * (g0 + far2 * g2), far_odd = by_far * far1 * g1;
    out[0] = 1 / (near2 * far2) * g0;
    out[stride] = near_even + near_odd;
    out[2 * stride] = near_even - near_odd;
    out[3 * stride] = far_even + far_odd;
    out[4 * stride] = far_even - far_odd;
    out[5 * stride] = g2;
}

static inline __attribute__((always_inline)) void winograd4_outputs(const Vector *in, Vector *out,
                                                                    int stride) {
    Vector near_sum = in[stride] + in[2 * stride], near_gap = in[stride] - in[2 * stride];
    Vector far_sum = in[3 * stride] + in[4 * stride], far_gap = in[3 * stride] - in[4 * stride];
    Vector first = in[0], last = in[5 * stride];
    out[0] = first + near_sum + far_sum;
    out[stride] = near1 * near_gap + far1 * far_gap;
    out[2 * stride] = near2 * near_sum + far2 * far_sum;
    out[3 * stride] = near3 * near_gap + far3 * far_gap + last;
}

static inline __attribute__((always_inline)) void winograd4_d_outputs(const Vector *in, Vector *out,
                                                                      int stride) {
    Vector y0 = in[0], y1 = in[stride], y2 = in[2 * stride], y3 = in[3 * stride];
    Vector near_even = y0 + near2 * y2, near_odd = near1 * y1 + near3 * y3;
    Vector far_even = y0 + far2 * y2, far_odd = far1 * y1 + far3 * y3;
    out[0] = y0;
    out[stride] = near_even + near_odd;
    out[2 * stride] = near_even - near_odd;
    out[3 * stride] = far_even + far_odd;
    out[4 * stride] = far_even - far_odd;
    out[5 * stride] = y3;
}

static inline __attribute__((always_inline)) void winograd4_d_taps(const Vector *in, Vector *out,
                                                                   int stride) {
    const float by_near = 1 / (2 * near2 * (near2 - far2)),
                by_far = 1 / (2 * far2 * (far2 - near2));
    Vector near_sum = by_near * (in[stride] + in[2 * stride]);
    Vector near_gap = by_near * near1 * (in[stride] - in[2 * stride]);
    Vector far_sum = by_far * (in[3 * stride] + in[4 * stride]);
    Vector far_gap = by_far * far1 * (in[3 * stride] - in[4 * stride]);
    Vector first = in[0], last = in[5 * stride];
    out[0] = 1 / (near2 * far2) * first + near_sum + far_sum;
    out[stride] = near_gap + far_gap;
    out[2 * stride] = near2 * near_sum + far2 * far_sum + last;
}

/* The points of m = 3. */
static const float here1 = 0.75F, here2 = 0.75F * 0.75F, there1 = 2, there2 = 4;

static inline __attribute__((always_inline)) void winograd3_inputs(const Vector *in, Vector *out,
                                                                   int stride) {
    Vector d0 = in[0], d1 = in[stride], d2 = in[2 * stride];
    Vector d3 = in[3 * stride], d4 = in[4 * stride];
    Vector first = d1 - there1 * d0, second = d2 - there1 * d1, third = d3 - there1 * d2;
    out[0] = third - here2 * first;
    out[stride] = third + here1 * second;
    out[2 * stride] = third - here1 * second;
    out[3 * stride] = d3 - here2 * d1;
    out[4 * stride] = d4 - there1 * d3 - here2 * second;
}

static const float by_zero = 1 / (0.75F * 0.75F * 2),
                   by_plus = 1 / (2 * 0.75F * 0.75F * (0.75F - 2)),
                   by_minus = -1 / (2 * 0.75F * 0.75F * (0.75F + 2)),
                   by_there = 1 / (2 * (4 - 0.75F * 0.75F));

static inline __attribute__((always_inline)) void winograd3_taps(const Vector *in, Vector *out,
                                                                 int stride) {
    Vector g0 = in[0], g1 = in[stride], g2 = in[2 * stride];
    Vector even = g0 + here2 * g2, odd = here1 * g1;
    out[0] = by_zero * g0;
    out[stride] = by_plus * (even + odd);
    out[2 * stride] = by_minus * (even - odd);
    out[3 * stride] = by_there * (g0 + there1 * g1 + there2 * g2);
    out[4 * stride] = g2;
}

static inline __attribute__((always_inline)) void winograd3_outputs(const Vector *in, Vector *out,
                                                                    int stride) {
    Vector sum = in[stride] + in[2 * stride], gap = in[stride] - in[2 * stride];
    Vector there = in[3 * stride];
    out[0] = in[0] + sum + there;
    out[stride] = here1 * gap + there1 * there;
    out[2 * stride] = here2 * sum + there2 * there + in[4 * stride];
}

static inline __attribute__((always_inline)) void winograd3_d_outputs(const Vector *in, Vector *out,
                                                                      int stride) {
    Vector y0 = in[0], y1 = in[stride], y2 = in[2 * stride];
    Vector even = y0 + here2 * y2, odd = here1 * y1;
    out[0] = y0;
    out[stride] = even + odd;
    out[2 * stride] = even - odd;
    out[3 * stride] = y0 + there1 * y1 + there2 * y2;
    out[4 * stride] = y2;
}

static inline __attribute__((always_inline)) void winograd3_d_taps(const Vector *in, Vector *out,
                                                                   int stride) {
    Vector plus = by_plus * in[stride], minus = by_minus * in[2 * stride];
    Vector there = by_there * in[3 * stride];
    out[0] = by_zero * in[0] + plus + minus + there;
    out[stride] = here1 * (plus - minus) + there1 * there;
    out[2 * stride] = here2 * (plus + minus) + there2 * there + in[4 * stride];
}

/* B': m + 2 inputs to their values in the points. m is a constant where these are called. */
static inline __attribute__((always_inline)) void winograd_inputs(int m, const Vector *in,
                                                                  Vector *out, int stride) {
    m == 4 ? winograd4_inputs(in, out, stride) : winograd3_inputs(in, out, stride);
}

/* G: three taps to m + 2. */
static inline __attribute__((always_inline)) void winograd_taps(int m, const Vector *in,
                                                                Vector *out, int stride) {
    m == 4 ? winograd4_taps(in, out, stride) : winograd3_taps(in, out, stride);
}

/* A': m + 2 products to m outputs. */
static inline __attribute__((always_inline)) void winograd_outputs(int m, const Vector *in,
                                                                   Vector *out, int stride) {
    m == 4 ? winograd4_outputs(in, out, stride) : winograd3_outputs(in, out, stride);
}

/* A, the transpose: the gradient of m outputs to that of m + 2 products. */
static inline __attribute__((always_inline)) void winograd_d_outputs(int m, const Vector *in,
                                                                     Vector *out, int stride) {
    m == 4 ? winograd4_d_outputs(in, out, stride) : winograd3_d_outputs(in, out, stride);
}

/* G', the transpose: the gradient of m + 2 transformed taps to that of three. */
static inline __attribute__((always_inline)) void winograd_d_taps(int m, const Vector *in,
                                                                  Vector *out, int stride) {
    m == 4 ? winograd4_d_taps(in, out, stride) : winograd3_d_taps(in, out, stride);
}

#endif
