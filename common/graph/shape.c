#include "graph/shape.h"

#include <limits.h>
#include <stdio.h>

const char *const data_format_names[] = {
    [CHANNELS_LAST] = "channels_last", [CHANNELS_FIRST] = "channels_first", NULL};

Shape shape_image(DataFormat format, int batch, int height, int width, int channels) {
    return format == CHANNELS_FIRST ? shape4(batch, channels, height, width)
                                    : shape4(batch, height, width, channels);
}

size_t shape_count(Shape shape) {
    size_t count = 1;
    for (int axis = 0; axis < shape.rank; axis++)
        count *= (size_t)shape.size[axis];
    return count;
}

bool shape_is_countable(Shape shape) {
    size_t count = sizeof(float);
    for (int axis = 0; axis < shape.rank; axis++)
        if (__builtin_mul_overflow(count, shape.size[axis], &count))
            return false;
    return true;
}

bool shape_is_possible(Shape shape) {
    return shape_is_countable(shape) && shape_count(shape) < INT_MAX;
}

bool shape_equal(Shape a, Shape b) {
    if (a.rank != b.rank)
        return false;
    for (int axis = 0; axis < a.rank; axis++)
        if (a.size[axis] != b.size[axis])
            return false;
    return true;
}

const char *shape_text(Shape shape, char text[SHAPE_TEXT]) {
    int length = snprintf(text, SHAPE_TEXT, "(");
    for (int axis = 0; axis < shape.rank; axis++)
        length += snprintf(text + length, (size_t)(SHAPE_TEXT - length), axis ? ", %d" : "%d",
                           shape.size[axis]);
    snprintf(text + length, (size_t)(SHAPE_TEXT - length), ")");
    return text;
}

int channel_axis(DataFormat format, int rank) {
    return rank == 4 && format == CHANNELS_LAST ? 3 : 1;
}
