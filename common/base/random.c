/* Draws from the counter-based streams of base/random.h. */
#include "base/random.h"

#include <math.h>

#include "base/error.h"

static const double TWO_PI = 6.283185307179586476925286766559;

Random random_stream(uint64_t seed, uint64_t stream) {
    /* The mixer is a bijection: no two streams of a seed share a key. */
    return (Random){.key = random_bits_at(random_bits_at(seed, 0), stream)};
}

uint64_t random_bits(Random *random) {
    return random_bits_at(random->key, random->counter++);
}

float random_uniform(Random *random) {
    return random_uniform_at(random->key, random->counter++);
}

/* Uniform in [0, 1) with the 53 bits of a double. */
static double uniform_double(Random *random) {
    return (double)(random_bits(random) >> 11) * 0x1p-53;
}

int random_below(Random *random, int bound) {
    require(bound > 0, "random_below: the bound must be at least 1, not %d", bound);
    /* The high half of the product (Lemire 2019); its bias is below bound / 2^64. */
    return (int)((unsigned __int128)random_bits(random) * (unsigned)bound >> 64);
}

float random_normal(Random *random) {
    double radius = sqrt(-2.0 * log(1.0 - uniform_double(random))); /* 1 - u is never 0 */
    return (float)(radius * cos(TWO_PI * uniform_double(random)));
}

void random_shuffle(Random *random, int *items, int count) {
    for (int i = count - 1; i > 0; i--) {
        int j = random_below(random, i + 1);
        int item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}

uint64_t random_name(const char *name) {
    uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001B3ULL;
    return hash;
}
