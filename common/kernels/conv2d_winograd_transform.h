/* The four linear maps of Winograd's minimal filtering F(4 x 4, 3 x 3) (Winograd 1980; Lavin and
 * Gray 2016, "Fast algorithms for convolutional neural networks").
 *
 * A polynomial of degree 5 is known by its values in six points: here 0, +-NEAR, +-FAR, infinity.
 * Four outputs y of a filter g over six inputs d are, along one axis,
 *   y = A' [(G g) * (B' d)],
 * six products instead of twelve; along two axes 36 instead of 144. The matrices follow from the
 * points. Points 5/8 and 3/2 keep rounding errors to about a third of those of the usual 1 and 2.
 *
 * Each function maps along one axis: element i of the input at in[i * stride], of the output at
 * out[i * stride]; a plane of 6 x 6 vectors takes it once along each axis. */
#ifndef KERNELS_CONV2D_WINOGRAD_TRANSFORM_H
#define KERNELS_CONV2D_WINOGRAD_TRANSFORM_H

#include "kernels/simd.h"

enum { WINOGRAD_OUTPUTS = 4, WINOGRAD_TAPS = 3, WINOGRAD_POINTS = 6, WINOGRAD_PRODUCTS = 36 };

#define WINOGRAD_NEAR 0.625F
#define WINOGRAD_FAR 1.5F

static const float near1 = WINOGRAD_NEAR, near2 = WINOGRAD_NEAR * WINOGRAD_NEAR,
                   near3 = WINOGRAD_NEAR * WINOGRAD_NEAR * WINOGRAD_NEAR;
static const float far1 = WINOGRAD_FAR, far2 = WINOGRAD_FAR * WINOGRAD_FAR,
                   far3 = WINOGRAD_FAR * WINOGRAD_FAR * WINOGRAD_FAR;

/* B': six inputs to their values in the points. */
static inline void winograd_inputs(const Vector *in, Vector *out, int stride) {
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

/* G: three taps to six. */
static inline void winograd_taps(const Vector *in, Vector *out, int stride) {
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

/* A': six products to four outputs. */
static inline void winograd_outputs(const Vector *in, Vector *out, int stride) {
    Vector near_sum = in[stride] + in[2 * stride], near_gap = in[stride] - in[2 * stride];
    Vector far_sum = in[3 * stride] + in[4 * stride], far_gap = in[3 * stride] - in[4 * stride];
    Vector first = in[0], last = in[5 * stride];
    out[0] = first + near_sum + far_sum;
    out[stride] = near1 * near_gap + far1 * far_gap;
    out[2 * stride] = near2 * near_sum + far2 * far_sum;
    out[3 * stride] = near3 * near_gap + far3 * far_gap + last;
}

/* A, the transpose: the gradient of four outputs to that of six products. */
static inline void winograd_d_outputs(const Vector *in, Vector *out, int stride) {
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

/* G', the transpose: the gradient of six transformed taps to that of three. */
static inline void winograd_d_taps(const Vector *in, Vector *out, int stride) {
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

#endif
