/* 8-bit images.
 *
 * Reading and writing files is stb's work (Debian's libstb); data/resizer.h says how images are
 * resized. Every function that returns an image returns a new one; free each with image_free(). */
#ifndef DATA_IMAGE_H
#define DATA_IMAGE_H

typedef struct Image {
    int height, width, channels;
    unsigned char *pixels; /* (height, width, channels) */
} Image;

/* Reads a PNG, a JPEG or another format of stb_image and converts it to `channels` channels:
 * 1 grey, 3 RGB, 0 as the file has them. */
Image image_read(const char *path, int channels);

/* The size and channels that a file's header promises; pixels is NULL. */
Image image_read_header(const char *path);

/* Writes a PNG of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) channels. */
void image_write_png(const char *path, const Image *image);

/* Cuts size x size pixels out of the middle; an odd pixel stays off at the bottom and the right. */
Image image_crop_central(const Image *image, int size);

void image_free(Image *image);

#endif
