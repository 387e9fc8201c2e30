/* What a network says of an image, as a picture: pixels, logits, probabilities. */
#ifndef PREDICTION_H
#define PREDICTION_H

#include "dense_network.h"

/* Draws out/00_prediction.png for two of the dataset's first EVALUATION_BATCH images. */
void prediction_draw(const DenseNetwork *network, const Dataset *dataset, const char *out);

#endif
