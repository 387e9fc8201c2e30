/* What the first bytes of a PNG or JPEG promise.
 *
 * Read before anything is decoded, so that other formats and absurd sizes never reach a decoder. */
#ifndef DATA_IMAGE_HEADER_H
#define DATA_IMAGE_HEADER_H

#include <stdio.h>

typedef struct ImageHeader {
    int height, width, channels; /* channels without a PNG's transparent colour */
} ImageHeader;

/* Reads the header of a file from its beginning on; returns NULL, or what is wrong with it. */
const char *image_header_read(FILE *stream, ImageHeader *header);

#endif
