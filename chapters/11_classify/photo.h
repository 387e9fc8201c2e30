/* From a photo to an image such as the network has learned from.
 *
 * Two kinds of data set, two ways:
 *
 *   PHOTO_TRIM  one thing on an even ground, light on black, as in Fashion-MNIST (Xiao et al. 2017,
 *               section 2). If the border is light, light and dark are exchanged. What is like the
 *               border becomes black and is cut off around the thing; the rest is resized, aspect
 *               kept, to fill the image the longer way, and stands in its middle. An image that has
 *               the right size already stays as it is.
 *   PHOTO_CROP  photos as they are, as in ImageNet: the shorter side is resized, aspect kept, and
 *               the middle is cropped. */
#ifndef PHOTO_H
#define PHOTO_H

#include "data/image.h"
#include <stdbool.h>

typedef enum PhotoFrame { PHOTO_TRIM, PHOTO_CROP } PhotoFrame;
typedef enum PhotoInvert { PHOTO_INVERT_AUTO, PHOTO_INVERT_NO, PHOTO_INVERT_YES } PhotoInvert;

typedef struct PhotoOptions {
    int height, width; /* what comes out; PHOTO_CROP: a square */
    PhotoFrame frame;
    int shorter_side;   /* PHOTO_CROP: resized to this before the crop; at least height */
    PhotoInvert invert; /* auto: PHOTO_CROP never, PHOTO_TRIM if the border is light */
} PhotoOptions;

/* A rectangle of pixels. */
typedef struct PhotoPart {
    int top, left, height, width;
} PhotoPart;

typedef struct Photo {
    Image image; /* the result */
    bool is_inverted;
    PhotoPart part; /* of the photo: what is to be seen in the result */
} Photo;

/* Reads a PNG or JPEG as 1 (grey) or 3 (RGB) channels. What is transparent becomes white. Free it
 * with image_free(). */
Image photo_read(const char *path, int channels);

/* Free the result's image with image_free(). */
Photo photo_prepare(const Image *photo, PhotoOptions options);

/* The median of the border's values, all channels together: the brightness of an even ground. */
int photo_border(const Image *photo);

/* The other way, to try it out: a grey image of a thing, light on black, as if it had been
 * photographed: many times larger, dark and tinted on light, unevenly lit ground, off the middle.
 * Free it with image_free(). */
Image photo_imitation(const Image *thing);

#endif
