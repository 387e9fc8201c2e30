/* How the indices of an array are called: up to four axes of one letter each. */
#ifndef EXERCISES_AXES_H
#define EXERCISES_AXES_H

#include "kernels/shapes.h"

enum { MAX_AXES = 4, AXES_TEXT = 96 };

typedef struct Axes {
    int rank;
    char letter[MAX_AXES];
    int size[MAX_AXES];
} Axes;

/* axes("rsck", (int[]){3, 3, 2, 4}): one letter an axis, the last one contiguous. */
Axes axes(const char *letters, const int *sizes);

/* (n, h, w, c) or (n, c, h, w), as the format says. */
Axes axes_image(DataFormat format, int batch, int height, int width, int channels);

/* One axis: axes_line('i', count). */
Axes axes_line(char letter, size_t count);

/* The number of values. */
size_t axes_count(Axes axes);

/* The indices of value number `at`. */
void axes_index(Axes axes, size_t at, int index[MAX_AXES]);

/* "(n=0, h=1, w=2, c=0)" for value number `at` into text, which is returned. */
const char *axes_text(Axes axes, size_t at, char text[AXES_TEXT]);

#endif
