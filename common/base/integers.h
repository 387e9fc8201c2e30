/* The smaller and the larger of two whole numbers. */
#ifndef BASE_INTEGERS_H
#define BASE_INTEGERS_H

static inline int min_int(int a, int b) {
    return a < b ? a : b;
}

static inline int max_int(int a, int b) {
    return a > b ? a : b;
}

#endif
