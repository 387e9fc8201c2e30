/* Pictures of a classified photo for a sheet: the photo, what the network saw of it, and where the
 * network found its reasons. */
#ifndef EXPLANATION_H
#define EXPLANATION_H

#include "inference.h"
#include "show/sheet.h"

/* Adds the photo, reduced if it is large. */
void explanation_add_photo(Sheet *sheet, const Image *photo, const char *caption);

/* Adds an image of the network's size, each pixel a square. */
void explanation_add_seen(Sheet *sheet, const Image *seen, const char *caption);

/* The class activation map (Zhou et al. 2016) over the image, in RGB: red is for the class, blue
 * against it. The image is number `number` of the batch that graph_forward() has run with. No pixels
 * (NULL) if the network does not end with a mean over a map. Free it with image_free(). */
Image explanation_map(const Inference *inference, int number, const Image *seen, int class_number);

/* Adds it; nothing if there is none. */
void explanation_add_map(Sheet *sheet, const Inference *inference, int number, const Image *seen,
                         int class_number, const char *caption);

/* Adds the saliency map (Simonyan et al. 2014, section 3): how much the class's logit would change
 * with each pixel, the largest |gradient| of the pixel's channels. Runs graph_backward() on the
 * inference, which must have a batch of 1 and a gradient. */
void explanation_add_saliency(Sheet *sheet, const Inference *inference, int class_number,
                              const char *caption);

/* Adds all of these in a row of the sheet, for a photo on which the inference of batch 1 has just
 * run, and for its likeliest class. */
void explanation_add_row(Sheet *sheet, const Inference *inference, const Image *image,
                         const Photo *photo, const float *logits, bool with_saliency);

#endif
