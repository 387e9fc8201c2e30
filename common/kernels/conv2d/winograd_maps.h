/* The linear maps of Winograd's minimal filtering F(m x m, 3 x 3) (Winograd 1980; Lavin and Gray
 * 2016, "Fast algorithms for convolutional neural networks") for m = 4 and m = 3 outputs an axis.
 *
 * A polynomial of degree 5 is known by its values in six points: 0, +-NEAR, +-FAR and infinity.
 * Four outputs y of a filter g over six inputs d are, along one axis, y = A' [(G g) * (B' d)], 6
 * products instead of 12; along two axes 36 instead of 144. The matrices follow from the points,
 * which were chosen for small rounding errors: about a third of those of the usual 1 and 2.
 *
 * Three outputs over five inputs do without the point -FAR: 5 products instead of 9. Both read the
 * same G g: what the missing point changes in it, the factors (p + FAR) of its values in the other
 * points p, stands in B' instead. So a row of 7 outputs is cut into 4 and 3, with the same weights.
 *
 * Each function maps along one axis: element i of the input at in[i * stride], of the output at
 * out[i]; a square of vectors takes it once along each axis. Values in points have the point's
 * number as i, with three outputs, too. */
#ifndef KERNELS_CONV2D_WINOGRAD_MAPS_H
#define KERNELS_CONV2D_WINOGRAD_MAPS_H

#include "kernels/simd.h"

#include <stdbool.h>

enum {
    WINOGRAD_TAPS = 3,
    WINOGRAD_MOST_OUTPUTS = 4,
    WINOGRAD_POINTS = WINOGRAD_MOST_OUTPUTS + WINOGRAD_TAPS - 1,
    WINOGRAD_FOURS_POINT = 4, /* -FAR, which blocks of three outputs do without */
    WINOGRAD_PLANES = WINOGRAD_POINTS * WINOGRAD_POINTS,
};

/* The points, their powers, and the factors of the taps' values in them. */
#define NEAR 0.625F
#define FAR 1.5F

static const float near1 = NEAR, near2 = NEAR * NEAR, near3 = NEAR * NEAR * NEAR;
static const float far1 = FAR, far2 = FAR * FAR, far3 = FAR * FAR * FAR;
static const float by_near = 1 / (2 * NEAR * NEAR * (NEAR * NEAR - FAR * FAR)),
                   by_far = 1 / (2 * FAR * FAR * (FAR * FAR - NEAR * NEAR));

ALWAYS_INLINE void winograd4_inputs(const Vector *in, int stride, Vector *out) {
    Vector d0 = in[0], d1 = in[stride], d2 = in[2 * stride];
    Vector d3 = in[3 * stride], d4 = in[4 * stride], d5 = in[5 * stride];
    Vector near_even = d4 - far2 * d2, near_odd = near1 * (d3 - far2 * d1);
    Vector far_even = d4 - near2 * d2, far_odd = far1 * (d3 - near2 * d1);
    out[0] = near2 * far2 * d0 - (near2 + far2) * d2 + d4;
    out[1] = near_even + near_odd;
    out[2] = near_even - near_odd;
    out[3] = far_even + far_odd;
    out[4] = far_even - far_odd;
    out[5] = near2 * far2 * d1 - (near2 + far2) * d3 + d5;
}

ALWAYS_INLINE void winograd4_outputs(const Vector *in, int stride, Vector *out) {
    Vector near_sum = in[stride] + in[2 * stride], near_gap = in[stride] - in[2 * stride];
    Vector far_sum = in[3 * stride] + in[4 * stride], far_gap = in[3 * stride] - in[4 * stride];
    Vector first = in[0], last = in[5 * stride];
    out[0] = first + near_sum + far_sum;
    out[1] = near1 * near_gap + far1 * far_gap;
    out[2] = near2 * near_sum + far2 * far_sum;
    out[3] = near3 * near_gap + far3 * far_gap + last;
}

ALWAYS_INLINE void winograd4_d_outputs(const Vector *in, int stride, Vector *out) {
    Vector y0 = in[0], y1 = in[stride], y2 = in[2 * stride], y3 = in[3 * stride];
    Vector near_even = y0 + near2 * y2, near_odd = near1 * y1 + near3 * y3;
    Vector far_even = y0 + far2 * y2, far_odd = far1 * y1 + far3 * y3;
    out[0] = y0;
    out[1] = near_even + near_odd;
    out[2] = near_even - near_odd;
    out[3] = far_even + far_odd;
    out[4] = far_even - far_odd;
    out[5] = y3;
}

ALWAYS_INLINE void winograd3_inputs(const Vector *in, int stride, Vector *out) {
    Vector d0 = in[0], d1 = in[stride], d2 = in[2 * stride];
    Vector d3 = in[3 * stride], d4 = in[4 * stride];
    Vector first = d1 - far1 * d0, second = d2 - far1 * d1, third = d3 - far1 * d2;
    out[0] = far1 * (third - near2 * first);
    out[1] = (far1 + near1) * (third + near1 * second);
    out[2] = (far1 - near1) * (third - near1 * second);
    out[3] = 2 * far1 * (d3 - near2 * d1);
    out[5] = d4 - far1 * d3 - near2 * second;
}

ALWAYS_INLINE void winograd3_outputs(const Vector *in, int stride, Vector *out) {
    Vector sum = in[stride] + in[2 * stride], gap = in[stride] - in[2 * stride];
    Vector far = in[3 * stride];
    out[0] = in[0] + sum + far;
    out[1] = near1 * gap + far1 * far;
    out[2] = near2 * sum + far2 * far + in[5 * stride];
}

ALWAYS_INLINE void winograd3_d_outputs(const Vector *in, int stride, Vector *out) {
    Vector y0 = in[0], y1 = in[stride], y2 = in[2 * stride];
    Vector even = y0 + near2 * y2, odd = near1 * y1;
    out[0] = y0;
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = y0 + far1 * y1 + far2 * y2;
    out[5] = y2;
}

/* B': m + 2 inputs to their values in the points. m is a constant where these are called. */
ALWAYS_INLINE void winograd_inputs(int m, const Vector *in, int stride, Vector *out) {
    m == 4 ? winograd4_inputs(in, stride, out) : winograd3_inputs(in, stride, out);
}

/* A': products in the points to m outputs. */
ALWAYS_INLINE void winograd_outputs(int m, const Vector *in, int stride, Vector *out) {
    m == 4 ? winograd4_outputs(in, stride, out) : winograd3_outputs(in, stride, out);
}

/* A, the transpose: the gradient of m outputs to that of the products. */
ALWAYS_INLINE void winograd_d_outputs(int m, const Vector *in, int stride, Vector *out) {
    m == 4 ? winograd4_d_outputs(in, stride, out) : winograd3_d_outputs(in, stride, out);
}

/* Whether a block with m outputs along an axis has a value in the point. */
ALWAYS_INLINE bool winograd_has_point(int m, int point) {
    return m == 4 || point != WINOGRAD_FOURS_POINT;
}

/* G: three taps to their values in all points. */
ALWAYS_INLINE void winograd_taps(const Vector *in, int stride, Vector *out) {
    Vector g0 = in[0], g1 = in[stride], g2 = in[2 * stride];
    Vector near_even = by_near * (g0 + near2 * g2), near_odd = by_near * near1 * g1;
    Vector far_even = by_far * (g0 + far2 * g2), far_odd = by_far * far1 * g1;
    out[0] = 1 / (near2 * far2) * g0;
    out[1] = near_even + near_odd;
    out[2] = near_even - near_odd;
    out[3] = far_even + far_odd;
    out[4] = far_even - far_odd;
    out[5] = g2;
}

/* G', the transpose: the gradient of the taps' values to that of three taps. */
ALWAYS_INLINE void winograd_d_taps(const Vector *in, int stride, Vector *out) {
    Vector near_sum = by_near * (in[stride] + in[2 * stride]);
    Vector near_gap = by_near * near1 * (in[stride] - in[2 * stride]);
    Vector far_sum = by_far * (in[3 * stride] + in[4 * stride]);
    Vector far_gap = by_far * far1 * (in[3 * stride] - in[4 * stride]);
    Vector first = in[0], last = in[5 * stride];
    out[0] = 1 / (near2 * far2) * first + near_sum + far_sum;
    out[1] = near_gap + far_gap;
    out[2] = near2 * near_sum + far2 * far_sum + last;
}

#endif
