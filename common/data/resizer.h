/* Resizes many images of one size to another size: the weights are worked out once.
 *
 * Enlarging interpolates linearly; reducing takes weighted means with the triangle that
 * interpolates, as much wider as the image becomes smaller. Most programs call it bilinear with
 * antialiasing. An image that has the size already stays as it is. */
#ifndef DATA_RESIZER_H
#define DATA_RESIZER_H

#include "data/image.h"

typedef struct Resizer Resizer;

/* For images of `like`'s size and channels, to height x width pixels. The pixels of `like` are not
 * read. */
Resizer *resizer_new(const Image *like, int height, int width);

/* The same; the shorter side becomes `side` pixels long, the longer one in proportion, rounded. */
Resizer *resizer_new_shorter_side(const Image *like, int side);

/* A new image; free it with image_free(). Threads may share a resizer. */
Image resizer_run(const Resizer *resizer, const Image *image);

void resizer_free(Resizer *resizer);

/* Resizes to make the shorter side `side` pixels long, the longer in proportion, rounded. */
Image image_resize_shorter_side(const Image *image, int side);

/* Resizes to height x width; the aspect is not kept. */
Image image_resize_linear(const Image *image, int height, int width);

/* The middle of the image at size x size pixels: the shorter side resized to it, then cropped. */
Image image_square(const Image *image, int size);

#endif
