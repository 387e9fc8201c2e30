/* Which rectangle random erasing takes out of an image (Zhong et al. 2020, algorithm 1). */
#ifndef DATA_ERASING_H
#define DATA_ERASING_H

#include "base/random.h"

#include <stdbool.h>

typedef struct Rectangle {
    int top, left, height, width; /* height 0: none */
} Rectangle;

/* With the probability given a rectangle inside height x width pixels, at any place with the same
 * probability: 2 to 33 % of the area, its height 0.3 to 3.3 times its width, both as near as whole
 * pixels allow; else none. */
Rectangle erasing_rectangle(float probability, int height, int width, Random *random);

static inline bool rectangle_holds(const Rectangle *rectangle, int y, int x) {
    return y >= rectangle->top && y < rectangle->top + rectangle->height && x >= rectangle->left &&
           x < rectangle->left + rectangle->width;
}

#endif
