/* One convolution in five forms, each with one idea more than the one before it, as the course's
 * readers write them in chapter 16's exercises. The program that links them supplies them.
 *
 *   outputs(n, y, x, k) = bias(k) + sum over r, s, c of
 *       inputs(n, y * strides + r, x * strides + s, c) * kernel(r, s, c, k)
 *
 * All are channels_last. The images come with their zeros around them, so pad_top and pad_left are
 * 0 and no window reaches outside; a window's rows are stretches of kernel_size * channels floats.
 * kernel is (R, S, C, K), bias has K values. The arrays don't overlap, and every output is written.
 * Sums are float, in an order of the function's own: last bits differ from form to form. */
#ifndef PIECES_FAST_H
#define PIECES_FAST_H

#include "kernels/shapes.h"

typedef void FastConv2D(const Conv2DShape *shape, const float *inputs, const float *kernel,
                        const float *bias, float *outputs);

/* An output's sums for all filters grow side by side: the innermost loop runs over the filters. */
void conv2d_filters_innermost(const Conv2DShape *shape, const float *inputs, const float *kernel,
                              const float *bias, float *outputs);

/* A vector of filters at a time, whose sums stay in a register (kernels/simd.h). */
void conv2d_vectors(const Conv2DShape *shape, const float *inputs, const float *kernel,
                    const float *bias, float *outputs);

/* Eight vectors of filters at a time: eight sums that do not wait for one another. */
void conv2d_several_sums(const Conv2DShape *shape, const float *inputs, const float *kernel,
                         const float *bias, float *outputs);

/* A tile of pixels times vectors of filters: each value that is loaded is used several times (Goto
 * and van de Geijn 2008). */
void conv2d_register_tile(const Conv2DShape *shape, const float *inputs, const float *kernel,
                          const float *bias, float *outputs);

/* The same, from weights that are copied into panels, in the order in which tiles read them; the
 * last panel is filled up with zeros. */
void conv2d_panels(const Conv2DShape *shape, const float *inputs, const float *kernel,
                   const float *bias, float *outputs);

#endif
