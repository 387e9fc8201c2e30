/* What many convolutions in a row make of their inputs, by how large the weights begin. */
#ifndef STARTS_H
#define STARTS_H

#include "data/dataset.h"

#include <stdint.h>

/* Prints the root mean square of the activations along forty convolutions, each with a ReLU. */
void show_starts(const Dataset *dataset, uint64_t seed);

#endif
