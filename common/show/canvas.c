#include "show/canvas.h"

#include <stdio.h>
#include <string.h>

/* The header defines static functions that are not all used here, and is not written for -Wall. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-braces"
#include <stb_easy_font.h>
#pragma GCC diagnostic pop

#include "base/integers.h"
#include "base/memory.h"

enum { TEXT_BYTES = 256, VERTEX_FLOATS = 4, QUAD_VERTICES = 4, LINE_PIXELS = 12, RGB = 3 };
enum { QUADS_A_CHARACTER = 16, WHITE = 255 };

Image canvas_new(int height, int width) {
    Image canvas = {height, width, RGB, memory_new((size_t)height * width, RGB)};
    memset(canvas.pixels, WHITE, (size_t)height * width * RGB);
    return canvas;
}

void canvas_fill(Image *canvas, int top, int left, int height, int width, Colour colour) {
    for (int y = max_int(0, top); y < min_int(top + height, canvas->height); y++)
        for (int x = max_int(0, left); x < min_int(left + width, canvas->width); x++)
            memcpy(canvas->pixels + ((size_t)y * canvas->width + x) * RGB, &colour, RGB);
}

/* The font knows printable ASCII alone. */
static void printable(char line[TEXT_BYTES], const char *text) {
    snprintf(line, TEXT_BYTES, "%s", text);
    for (char *c = line; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

void canvas_text(Image *canvas, int top, int left, int scale, Colour colour, const char *text) {
    char line[TEXT_BYTES];
    printable(line, text);
    static float quads[TEXT_BYTES * QUADS_A_CHARACTER][QUAD_VERTICES][VERTEX_FLOATS];
    int count = stb_easy_font_print(0, 0, line, NULL, quads, sizeof quads);
    for (int i = 0; i < count; i++) {
        int x = (int)quads[i][0][0], y = (int)quads[i][0][1];
        int width = (int)quads[i][2][0] - x, height = (int)quads[i][2][1] - y;
        canvas_fill(canvas, top + y * scale, left + x * scale, height * scale, width * scale,
                    colour);
    }
}

int canvas_text_width(int scale, const char *text) {
    char line[TEXT_BYTES];
    printable(line, text);
    return scale * stb_easy_font_width(line);
}

int canvas_text_height(int scale) {
    return scale * LINE_PIXELS;
}
