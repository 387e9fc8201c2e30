#include "data/erasing.h"

#include <math.h>

static const float MIN_AREA = 0.02f, MAX_AREA = 0.33f;
static const float MIN_ASPECT = 0.3f, MAX_ASPECT = 3.3f;
enum { ATTEMPTS = 100 };

static float uniform_between(Random *random, float low, float high) {
    return low + (high - low) * random_uniform(random);
}

Rectangle erasing_rectangle(float probability, int height, int width, Random *random) {
    if (random_uniform(random) >= probability)
        return (Rectangle){0};
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        float area = uniform_between(random, MIN_AREA, MAX_AREA) * (float)height * (float)width;
        float aspect = uniform_between(random, MIN_ASPECT, MAX_ASPECT);
        int tall = (int)roundf(sqrtf(area * aspect)), wide = (int)roundf(sqrtf(area / aspect));
        if (tall < 1 || wide < 1 || tall > height || wide > width)
            continue;
        int top = random_below(random, height - tall + 1);
        int left = random_below(random, width - wide + 1);
        return (Rectangle){top, left, tall, wide};
    }
    return (Rectangle){0};
}
