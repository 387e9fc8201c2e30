/* Which epsilon differences want in float: the errors of central and one-sided ones. */
#ifndef EPSILON_H
#define EPSILON_H

#include <stdint.h>

/* Prints the table and draws the picture, for batch normalisation. */
void show_epsilon(uint64_t seed, const char *directory);

#endif
