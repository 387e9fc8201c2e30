/* A real block of the library, backward as planned and by backward_walk(). */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Prints the table; the second row, and how many bits differ, only with the walk. */
void show_block(uint64_t seed, bool walk);

#endif
