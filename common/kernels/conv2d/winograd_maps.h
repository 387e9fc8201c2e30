/* The linear maps of Winograd's minimal filtering F(m x m, 3 x 3) (Winograd 1980; Lavin and Gray
 * 2016, "Fast algorithms for convolutional neural networks") for m = 4 and m = 3 outputs.
 *
 * A polynomial of degree m + 1 is known by its values in m + 2 points: 0, +-NEAR, +-FAR and
 * infinity for m = 4; 0, +-NEAR, FAR and infinity, with another NEAR and FAR, for m = 3. m outputs
 * y of a filter g over m + 2 inputs d are, along one axis, y = A' [(G g) * (B' d)], m + 2 products
 * instead of 3 m; along two axes 36 instead of 144, or 25 instead of 81. The matrices follow from
 * the points, which were chosen for small rounding errors: about a third of those of the usual 1
 * and 2.
 *
 * Each function maps along one axis: element i of the input at in[i * stride], of the output at
 * out[i * stride]; a square of vectors takes it once along each axis. */
#ifndef KERNELS_CONV2D_WINOGRAD_MAPS_H
#define KERNELS_CONV2D_WINOGRAD_MAPS_H

#include "kernels/simd.h"

enum {
    WINOGRAD_TAPS = 3,
    WINOGRAD_MOST_OUTPUTS = 4,
    WINOGRAD_MOST_POINTS = WINOGRAD_MOST_OUTPUTS + WINOGRAD_TAPS - 1,
    WINOGRAD_MOST_PRODUCTS = WINOGRAD_MOST_POINTS * WINOGRAD_MOST_POINTS,
};

/* The points of F(4 x 4, 3 x 3), their powers, and the factors of the taps' values in them. */
#define F4_NEAR 0.625F
#define F4_FAR 1.5F

static const float f4_near1 = F4_NEAR, f4_near2 = F4_NEAR * F4_NEAR,
                   f4_near3 = F4_NEAR * F4_NEAR * F4_NEAR;
static const float f4_far1 = F4_FAR, f4_far2 = F4_FAR * F4_FAR, f4_far3 = F4_FAR * F4_FAR * F4_FAR;
static const float f4_by_near = 1 / (2 * F4_NEAR * F4_NEAR * (F4_NEAR * F4_NEAR - F4_FAR * F4_FAR)),
                   f4_by_far = 1 / (2 * F4_FAR * F4_FAR * (F4_FAR * F4_FAR - F4_NEAR * F4_NEAR));

ALWAYS_INLINE void winograd4_inputs(const Vector *in, Vector *out, int stride) {
    Vector d0 = in[0], d1 = in[stride], d2 = in[2 * stride];
    Vector d3 = in[3 * stride], d4 = in[4 * stride], d5 = in[5 * stride];
    Vector near_even = d4 - f4_far2 * d2, near_odd = f4_near1 * (d3 - f4_far2 * d1);
    Vector far_even = d4 - f4_near2 * d2, far_odd = f4_far1 * (d3 - f4_near2 * d1);
    out[0] = f4_near2 * f4_far2 * d0 - (f4_near2 + f4_far2) * d2 + d4;
    out[stride] = near_even + near_odd;
    out[2 * stride] = near_even - near_odd;
    out[3 * stride] = far_even + far_odd;
    out[4 * stride] = far_even - far_odd;
    out[5 * stride] = f4_near2 * f4_far2 * d1 - (f4_near2 + f4_far2) * d3 + d5;
}

ALWAYS_INLINE void winograd4_taps(const Vector *in, Vector *out, int stride) {
    Vector g0 = in[0], g1 = in[stride], g2 = in[2 * stride];
    Vector near_even = f4_by_near * (g0 + f4_near2 * g2), near_odd = f4_by_near * f4_near1 * g1;
    Vector far_even = f4_by_far * (g0 + f4_far2 * g2), far_odd = f4_by_far * f4_far1 * g1;
    out[0] = 1 / (f4_near2 * f4_far2) * g0;
    out[stride] = near_even + near_odd;
    out[2 * stride] = near_even - near_odd;
    out[3 * stride] = far_even + far_odd;
    out[4 * stride] = far_even - far_odd;
    out[5 * stride] = g2;
}

ALWAYS_INLINE void winograd4_outputs(const Vector *in, Vector *out, int stride) {
    Vector near_sum = in[stride] + in[2 * stride], near_gap = in[stride] - in[2 * stride];
    Vector far_sum = in[3 * stride] + in[4 * stride], far_gap = in[3 * stride] - in[4 * stride];
    Vector first = in[0], last = in[5 * stride];
    out[0] = first + near_sum + far_sum;
    out[stride] = f4_near1 * near_gap + f4_far1 * far_gap;
    out[2 * stride] = f4_near2 * near_sum + f4_far2 * far_sum;
    out[3 * stride] = f4_near3 * near_gap + f4_far3 * far_gap + last;
}

ALWAYS_INLINE void winograd4_d_outputs(const Vector *in, Vector *out, int stride) {
    Vector y0 = in[0], y1 = in[stride], y2 = in[2 * stride], y3 = in[3 * stride];
    Vector near_even = y0 + f4_near2 * y2, near_odd = f4_near1 * y1 + f4_near3 * y3;
    Vector far_even = y0 + f4_far2 * y2, far_odd = f4_far1 * y1 + f4_far3 * y3;
    out[0] = y0;
    out[stride] = near_even + near_odd;
    out[2 * stride] = near_even - near_odd;
    out[3 * stride] = far_even + far_odd;
    out[4 * stride] = far_even - far_odd;
    out[5 * stride] = y3;
}

ALWAYS_INLINE void winograd4_d_taps(const Vector *in, Vector *out, int stride) {
    Vector near_sum = f4_by_near * (in[stride] + in[2 * stride]);
    Vector near_gap = f4_by_near * f4_near1 * (in[stride] - in[2 * stride]);
    Vector far_sum = f4_by_far * (in[3 * stride] + in[4 * stride]);
    Vector far_gap = f4_by_far * f4_far1 * (in[3 * stride] - in[4 * stride]);
    Vector first = in[0], last = in[5 * stride];
    out[0] = 1 / (f4_near2 * f4_far2) * first + near_sum + far_sum;
    out[stride] = near_gap + far_gap;
    out[2 * stride] = f4_near2 * near_sum + f4_far2 * far_sum + last;
}

/* The same of F(3 x 3, 3 x 3). */
#define F3_NEAR 0.75F
#define F3_FAR 2.0F

static const float f3_near1 = F3_NEAR, f3_near2 = F3_NEAR * F3_NEAR;
static const float f3_far1 = F3_FAR, f3_far2 = F3_FAR * F3_FAR;
static const float f3_by_zero = 1 / (F3_NEAR * F3_NEAR * F3_FAR),
                   f3_by_plus = 1 / (2 * F3_NEAR * F3_NEAR * (F3_NEAR - F3_FAR)),
                   f3_by_minus = -1 / (2 * F3_NEAR * F3_NEAR * (F3_NEAR + F3_FAR)),
                   f3_by_far = 1 / (F3_FAR * (F3_FAR * F3_FAR - F3_NEAR * F3_NEAR));

ALWAYS_INLINE void winograd3_inputs(const Vector *in, Vector *out, int stride) {
    Vector d0 = in[0], d1 = in[stride], d2 = in[2 * stride];
    Vector d3 = in[3 * stride], d4 = in[4 * stride];
    Vector first = d1 - f3_far1 * d0, second = d2 - f3_far1 * d1, third = d3 - f3_far1 * d2;
    out[0] = third - f3_near2 * first;
    out[stride] = third + f3_near1 * second;
    out[2 * stride] = third - f3_near1 * second;
    out[3 * stride] = d3 - f3_near2 * d1;
    out[4 * stride] = d4 - f3_far1 * d3 - f3_near2 * second;
}

ALWAYS_INLINE void winograd3_taps(const Vector *in, Vector *out, int stride) {
    Vector g0 = in[0], g1 = in[stride], g2 = in[2 * stride];
    Vector even = g0 + f3_near2 * g2, odd = f3_near1 * g1;
    out[0] = f3_by_zero * g0;
    out[stride] = f3_by_plus * (even + odd);
    out[2 * stride] = f3_by_minus * (even - odd);
    out[3 * stride] = f3_by_far * (g0 + f3_far1 * g1 + f3_far2 * g2);
    out[4 * stride] = g2;
}

ALWAYS_INLINE void winograd3_outputs(const Vector *in, Vector *out, int stride) {
    Vector sum = in[stride] + in[2 * stride], gap = in[stride] - in[2 * stride];
    Vector far = in[3 * stride];
    out[0] = in[0] + sum + far;
    out[stride] = f3_near1 * gap + f3_far1 * far;
    out[2 * stride] = f3_near2 * sum + f3_far2 * far + in[4 * stride];
}

ALWAYS_INLINE void winograd3_d_outputs(const Vector *in, Vector *out, int stride) {
    Vector y0 = in[0], y1 = in[stride], y2 = in[2 * stride];
    Vector even = y0 + f3_near2 * y2, odd = f3_near1 * y1;
    out[0] = y0;
    out[stride] = even + odd;
    out[2 * stride] = even - odd;
    out[3 * stride] = y0 + f3_far1 * y1 + f3_far2 * y2;
    out[4 * stride] = y2;
}

ALWAYS_INLINE void winograd3_d_taps(const Vector *in, Vector *out, int stride) {
    Vector plus = f3_by_plus * in[stride], minus = f3_by_minus * in[2 * stride];
    Vector far = f3_by_far * in[3 * stride];
    out[0] = f3_by_zero * in[0] + plus + minus + far;
    out[stride] = f3_near1 * (plus - minus) + f3_far1 * far;
    out[2 * stride] = f3_near2 * (plus + minus) + f3_far2 * far + in[4 * stride];
}

/* B': m + 2 inputs to their values in the points. m is a constant where these are called. */
ALWAYS_INLINE void winograd_inputs(int m, const Vector *in, Vector *out, int stride) {
    m == 4 ? winograd4_inputs(in, out, stride) : winograd3_inputs(in, out, stride);
}

/* G: three taps to m + 2. */
ALWAYS_INLINE void winograd_taps(int m, const Vector *in, Vector *out, int stride) {
    m == 4 ? winograd4_taps(in, out, stride) : winograd3_taps(in, out, stride);
}

/* A': m + 2 products to m outputs. */
ALWAYS_INLINE void winograd_outputs(int m, const Vector *in, Vector *out, int stride) {
    m == 4 ? winograd4_outputs(in, out, stride) : winograd3_outputs(in, out, stride);
}

/* A, the transpose: the gradient of m outputs to that of m + 2 products. */
ALWAYS_INLINE void winograd_d_outputs(int m, const Vector *in, Vector *out, int stride) {
    m == 4 ? winograd4_d_outputs(in, out, stride) : winograd3_d_outputs(in, out, stride);
}

/* G', the transpose: the gradient of m + 2 transformed taps to that of three. */
ALWAYS_INLINE void winograd_d_taps(int m, const Vector *in, Vector *out, int stride) {
    m == 4 ? winograd4_d_taps(in, out, stride) : winograd3_d_taps(in, out, stride);
}

#endif
