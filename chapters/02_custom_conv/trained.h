/* The filters that a training chose for a network's first convolution. */
#ifndef TRAINED_H
#define TRAINED_H

#include "show/options.h"

/* Draws the first 16 filters of the network in a checkpoint, how they were before its training, and
 * what they make of the image: 02_trained.png. */
void draw_trained(const char *checkpoint, const ShowOptions *options);

#endif
