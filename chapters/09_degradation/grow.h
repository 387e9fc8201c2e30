/* A trained residual network of 20 blocks gets five more: do they stay near the identity, and what
 * do they bring? */
#ifndef GROW_H
#define GROW_H

#include "contest.h"

/* Trains the network of 20 blocks on the contest's images with its trainer's options. Then trains
 * on, for as many epochs at a fifth of the rate: as it is, with five new blocks as they usually
 * start, and with five that start as the identity. Prints a table of the three. */
void grow_show(const Contest *contest);

#endif
