/* 8-bit images.
 *
 * Every function that returns an image returns a new one; free each with image_free().
 * data/image_reader.h reads files, data/resizer.h says how images are resized. */
#ifndef DATA_IMAGE_H
#define DATA_IMAGE_H

typedef struct Image {
    int height, width, channels;
    unsigned char *pixels; /* (height, width, channels) */
} Image;

enum { IMAGE_MOST_CHANNELS = 4 };

/* An image of zeros. */
Image image_new(int height, int width, int channels);

/* Writes a PNG by stb, of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) channels. */
void image_write_png(const char *path, const Image *image);

/* Cuts size x size pixels out of the middle; an odd pixel stays off at the bottom and the right. */
Image image_crop_central(const Image *image, int size);

void image_free(Image *image);

#endif
