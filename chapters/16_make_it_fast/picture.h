/* The climb as a picture. */
#ifndef PICTURE_H
#define PICTURE_H

#include "ladder.h"

/* Draws directory/16_make_it_fast.png: the speed of each rung, and the rungs under their roofs. */
void picture_draw(const Ladder *ladders, int count, const char *directory);

#endif
