/* Seeded random numbers, the same on every machine and for any number of threads.
 *
 * The generator is counter-based (SplitMix64's mixer, Steele et al., "Fast splittable pseudorandom
 * number generators", OOPSLA 2014): draw number i of a stream is a pure function of (key, i), so
 * threads may draw in any order. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

typedef struct Random {
    uint64_t key;     /* which stream */
    uint64_t counter; /* how many numbers were drawn */
} Random;

/* The stream number `stream` of a seed; other numbers give independent streams. */
Random random_stream(uint64_t seed, uint64_t stream);

/* 64 random bits that depend on key and counter alone. */
static inline uint64_t random_bits_at(uint64_t key, uint64_t counter) {
    uint64_t z = key + (counter + 1) * 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/* The same as a number in [0, 1): a float holds the upper 24 bits exactly. (AVX2 can convert signed
 * numbers only.) */
static inline float random_uniform_at(uint64_t key, uint64_t counter) {
    return (float)(int32_t)(random_bits_at(key, counter) >> 40) * 0x1p-24F;
}

uint64_t random_bits(Random *random);

/* Uniform in [0, 1). */
float random_uniform(Random *random);

/* Uniform whole number in [0, bound), bound > 0. */
int random_below(Random *random, int bound);

/* Normal with mean 0 and variance 1 (Box and Muller 1958). */
float random_normal(Random *random);

/* Shuffles count items (Fisher and Yates). */
void random_shuffle(Random *random, int *items, int count);

/* A stream number for a name (FNV-1a hash). */
uint64_t random_name(const char *name);

#endif
