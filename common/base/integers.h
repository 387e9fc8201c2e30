/* Of two integers: the smaller, the larger, and the quotient rounded up. */
#ifndef BASE_INTEGERS_H
#define BASE_INTEGERS_H

#include <stddef.h>

static inline int min_int(int a, int b) {
    return a < b ? a : b;
}

static inline int max_int(int a, int b) {
    return a > b ? a : b;
}

static inline size_t min_size(size_t a, size_t b) {
    return a < b ? a : b;
}

static inline size_t max_size(size_t a, size_t b) {
    return a > b ? a : b;
}

/* a / b, rounded up; a >= 0, b > 0. */
static inline int ceil_div(int a, int b) {
    return (a + b - 1) / b;
}

#endif
