/* Shapes of tensors: up to four axes, the last one contiguous. */
#ifndef GRAPH_SHAPE_H
#define GRAPH_SHAPE_H

#include "kernels/shapes.h"

enum { MAX_RANK = 4, SHAPE_TEXT = 64 };

typedef struct Shape {
    int rank;
    int size[MAX_RANK];
} Shape;

static inline Shape shape1(int n) {
    return (Shape){1, {n}};
}
static inline Shape shape2(int n, int features) {
    return (Shape){2, {n, features}};
}
static inline Shape shape4(int a, int b, int c, int d) {
    return (Shape){4, {a, b, c, d}};
}

/* "channels_last" and "channels_first", then NULL; by the format's number. */
extern const char *const data_format_names[];

/* (N, H, W, C) or (N, C, H, W), by the format. */
Shape shape_image(DataFormat format, int batch, int height, int width, int channels);

/* The number of values. */
size_t shape_count(Shape shape);

/* Whether a size_t can hold the bytes. */
bool shape_is_countable(Shape shape);

/* Whether an int can number the values, as the kernels do: fewer than 2^31 - 1. */
bool shape_is_possible(Shape shape);

bool shape_equal(Shape a, Shape b);

/* Writes the shape as "(128, 28, 28, 16)" into text; returns text. */
const char *shape_text(Shape shape, char text[SHAPE_TEXT]);

/* The axis that holds the channels: 1 or 3; the features' axis, 1, of a matrix (N, features). */
int channel_axis(DataFormat format, int rank);

#endif
