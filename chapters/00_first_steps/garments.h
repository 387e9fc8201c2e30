/* The data set, a network that learns it, and the same network learning too few images by heart. */
#ifndef GARMENTS_H
#define GARMENTS_H

#include "show/options.h"

/* Prints tables and draws pictures. */
void show_garments(const ShowOptions *options);

#endif
