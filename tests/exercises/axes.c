/* Names and places of an array's values. */
#include "axes.h"

#include <stdio.h>
#include <string.h>

Axes axes(const char *letters, const int *sizes) {
    Axes result = {.rank = (int)strlen(letters)};
    for (int a = 0; a < result.rank && a < MAX_AXES; a++) {
        result.letter[a] = letters[a];
        result.size[a] = sizes[a];
    }
    return result;
}

Axes axes_image(DataFormat format, int batch, int height, int width, int channels) {
    if (format == CHANNELS_FIRST)
        return axes("nchw", (int[]){batch, channels, height, width});
    return axes("nhwc", (int[]){batch, height, width, channels});
}

Axes axes_line(char letter, size_t count) {
    return (Axes){.rank = 1, .letter = {letter}, .size = {(int)count}};
}

size_t axes_count(Axes axes) {
    size_t count = 1;
    for (int a = 0; a < axes.rank; a++)
        count *= (size_t)axes.size[a];
    return count;
}

void axes_index(Axes axes, size_t at, int index[MAX_AXES]) {
    for (int a = axes.rank - 1; a >= 0; a--) {
        index[a] = (int)(at % (size_t)axes.size[a]);
        at /= (size_t)axes.size[a];
    }
}

const char *axes_text(Axes axes, size_t at, char text[AXES_TEXT]) {
    int index[MAX_AXES] = {0};
    axes_index(axes, at, index);
    int length = snprintf(text, AXES_TEXT, "(");
    for (int a = 0; a < axes.rank; a++)
        length += snprintf(text + length, (size_t)(AXES_TEXT - length), "%s%c=%d", a ? ", " : "",
                           axes.letter[a], index[a]);
    snprintf(text + length, (size_t)(AXES_TEXT - length), ")");
    return text;
}
