/* An RGB image to draw rectangles and short texts on. */
#ifndef SHOW_CANVAS_H
#define SHOW_CANVAS_H

#include "data/image.h"

typedef struct Colour {
    unsigned char red, green, blue;
} Colour;

/* A white canvas; free it with image_free(). */
Image canvas_new(int height, int width);

/* Fills a rectangle; what lies off the canvas is left out. */
void canvas_fill(Image *canvas, int top, int left, int height, int width, Colour colour);

/* Writes a line of ASCII text whose pixels are scale x scale large. */
void canvas_text(Image *canvas, int top, int left, int scale, Colour colour, const char *text);

int canvas_text_width(int scale, const char *text);
int canvas_text_height(int scale);

#endif
