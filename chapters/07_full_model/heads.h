/* What may stand at the end of a network, counted side by side: the mean over the map and a dense
 * layer, or a convolution with as many filters as there are classes. */
#ifndef HEADS_H
#define HEADS_H

#include "graph/graph.h"

/* Prints a table of parameters and multiply-adds for a map's shape (1, H, W, C), H = W, and for 10
 * and 1000 classes. Then prints how far the logits of mean and dense layer are from those of 1x1
 * convolution and mean, on a random map and with the same random weights. */
void heads_show(Shape map, uint64_t seed);

#endif
