/* The published depths on the command line: readers for rows of options, into an int that receives
 * the number of layers. resnet_depths says what they accept. */
#ifndef MODELS_DEPTH_OPTIONS_H
#define MODELS_DEPTH_OPTIONS_H

#include "base/options.h"

/* "18": all depths, those of the CIFAR form, those published with the original block. */
OptionReader read_depth, read_cifar_depth, read_original_depth;

/* "resnet18", of all. */
OptionReader read_depth_name;

#endif
