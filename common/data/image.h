/* 8-bit images, and the ways into the network: resized with the aspect kept, then cropped.
 *
 * Reading, writing and resampling are stb's (Debian's libstb). Every function that returns an image
 * returns a new one; free each with image_free(). */
#ifndef DATA_IMAGE_H
#define DATA_IMAGE_H

#include "base/random.h"

typedef struct Image {
    int height, width, channels;
    unsigned char *pixels; /* (height, width, channels) */
} Image;

/* Reads a PNG or JPEG (or whatever else stb_image reads) and converts it to that many channels:
 * 1 grey, 3 RGB, 0 as the file has them. */
Image image_read(const char *path, int channels);

/* Writes a PNG of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) channels. */
void image_write_png(const char *path, const Image *image);

/* Resizes to make the shorter side `side` pixels long, the longer in proportion, rounded. */
Image image_resize_shorter_side(const Image *image, int side);

/* Cuts size x size pixels out of the middle; an odd pixel stays off at the bottom and the right. */
Image image_crop_central(const Image *image, int size);

/* Cuts size x size pixels out of any place, each equally likely. */
Image image_crop_random(const Image *image, int size, Random *random);

void image_free(Image *image);

#endif
