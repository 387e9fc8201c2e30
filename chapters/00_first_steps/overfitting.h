/* A network that gets too few images and learns them by heart, with and without weight decay. */
#ifndef OVERFITTING_H
#define OVERFITTING_H

#include "data/dataset.h"
#include "show/options.h"

/* Trains on the first of the training images; prints a table and draws 00_overfitting.png. */
void show_overfitting(const Dataset *training, const Dataset *test, const ShowOptions *options);

#endif
