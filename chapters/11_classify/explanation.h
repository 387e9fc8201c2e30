/* Pictures of a classified photo for a sheet: the photo, what the network saw of it, and where the
 * network found its reasons. */
#ifndef EXPLANATION_H
#define EXPLANATION_H

#include "inference.h"
#include "show/sheet.h"

/* Adds an image of the network's size, each pixel a square. */
void explanation_add_seen(Sheet *sheet, const Image *seen, const char *caption);

/* The class activation map (Zhou et al. 2016) over the image, in RGB: red is for the class, blue
 * against it. The image is the first of the batch that graph_forward() has run with. No pixels
 * (NULL) if the network does not end with a mean over a map. Free it with image_free(). */
Image explanation_map(const Inference *inference, const Image *seen, int class_number);

/* Adds it; nothing if there is none. */
void explanation_add_map(Sheet *sheet, const Inference *inference, const Image *seen,
                         int class_number, const char *caption);

/* Adds a row for a photo on which the inference of batch 1 has just run, and for its likeliest
 * class: the photo, what the network saw, the class activation map and, if wanted, the saliency
 * map, for which the inference must have a gradient. */
void explanation_add_row(Sheet *sheet, const Inference *inference, const Image *image,
                         const Photo *photo, const float *logits, bool with_saliency);

#endif
