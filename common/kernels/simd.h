/* Vectors of floats by the compiler's own vector types: plain + and * work on all lanes at once,
 * and the same source runs with AVX-512, AVX2, SSE, NEON, WebAssembly's vectors, or one float at a
 * time (SIMD_SCALAR). */
#ifndef KERNELS_SIMD_H
#define KERNELS_SIMD_H

#include <string.h>

#if defined __SSE__ && !defined SIMD_SCALAR
#include <immintrin.h>
#endif

#if defined SIMD_SCALAR
enum { VECTOR_FLOATS = 1, VECTOR_REGISTERS = 16 };
#elif defined __AVX512F__
enum { VECTOR_FLOATS = 16, VECTOR_REGISTERS = 32 };
#elif defined __AVX__
enum { VECTOR_FLOATS = 8, VECTOR_REGISTERS = 16 };
#elif defined __ARM_NEON
enum { VECTOR_FLOATS = 4, VECTOR_REGISTERS = 32 };
#elif defined __SSE__ || defined __wasm_simd128__
enum { VECTOR_FLOATS = 4, VECTOR_REGISTERS = 16 };
#else
#define SIMD_SCALAR
enum { VECTOR_FLOATS = 1, VECTOR_REGISTERS = 16 };
#endif

/* What memory moves at once: bytes, floats. */
enum { CACHE_LINE = 64, LINE_FLOATS = CACHE_LINE / sizeof(float) };

/* For functions that are to be compiled anew wherever constants are passed to them. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

#if defined SIMD_SCALAR
/* A vector of one lane would go through memory (gcc 12): a plain float stays in its register. */
typedef float Vector;
typedef float UnalignedVector;
#else
typedef float Vector __attribute__((vector_size(VECTOR_FLOATS * sizeof(float))));
typedef int IntVector __attribute__((vector_size(VECTOR_FLOATS * sizeof(float))));

/* A vector anywhere in an array of floats. */
typedef float UnalignedVector
    __attribute__((vector_size(VECTOR_FLOATS * sizeof(float)), aligned(sizeof(float)), may_alias));
#endif

static inline Vector vector_load(const float *from) {
    return *(const UnalignedVector *)from;
}

static inline void vector_store(float *to, Vector values) {
    *(UnalignedVector *)to = values;
}

/* Past the caches, where the instruction set can; `to` is a whole number of vectors into memory.
 * Lines must be written whole, and vector_stream_end() comes before other threads read them. */
static inline void vector_stream(float *to, Vector values) {
#if defined SIMD_SCALAR || !defined __SSE__
    vector_store(to, values);
#elif defined __AVX512F__
    _mm512_stream_ps(to, (__m512)values);
#elif defined __AVX__
    _mm256_stream_ps(to, (__m256)values);
#else
    _mm_stream_ps(to, (__m128)values);
#endif
}

static inline void vector_stream_end(void) {
#if defined __SSE__ && !defined SIMD_SCALAR
    _mm_sfence();
#endif
}

static inline Vector vector_of(float value) {
    return value - (Vector){0};
}

/* The first `count` lanes from memory, zeros in the others; a count beyond the last lane is fine.
 */
static inline Vector vector_load_first(const float *from, int count) {
    if (count >= VECTOR_FLOATS)
        return vector_load(from);
    Vector values = {0};
    memcpy(&values, from, (size_t)count * sizeof *from);
    return values;
}

static inline void vector_store_first(float *to, Vector values, int count) {
    if (count >= VECTOR_FLOATS)
        vector_store(to, values);
    else
        memcpy(to, &values, (size_t)count * sizeof *to);
}

/* max(0, values), and NaN stays NaN, so that a diverged network shows: x86's maximum is its second
 * operand where they cannot be compared. Elsewhere a comparison gives all ones or all zeros in each
 * lane. */
static inline Vector vector_relu(Vector values) {
#if defined SIMD_SCALAR
    return values < 0 ? 0 : values;
#elif defined __AVX512F__
    return (Vector)_mm512_max_ps((__m512){0}, (__m512)values);
#elif defined __AVX__
    return (Vector)_mm256_max_ps((__m256){0}, (__m256)values);
#elif defined __SSE__
    return (Vector)_mm_max_ps((__m128){0}, (__m128)values);
#else
    return (Vector)(~(IntVector)(values < 0) & (IntVector)values);
#endif
}

#endif
