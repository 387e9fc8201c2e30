/* A program that was built for a wider processor than this one ends with a message before its
 * main() begins, not with SIGILL. The linker takes processor_check() into every program (Makefile).
 *
 * x86-64 alone has builds of several widths. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void processor_check(void);

#ifdef __x86_64__

/* The check itself is compiled for the oldest x86-64, and calls the C library alone. */
#define ON_ANY_PROCESSOR __attribute__((target("arch=x86-64")))

ON_ANY_PROCESSOR static void end_without(const char *feature) {
    fprintf(stderr,
            "error: this program was built for processors with %s, which this one lacks; build it "
            "here (make clean, then make), or for any (make SIMD=sse) [%s:%d]\n",
            feature, __FILE__, __LINE__);
    _exit(EXIT_FAILURE);
}

/* The compiler defines a macro as 1 for each feature that it may use. */
#define TEXT(value) #value
#define NEEDS(macro, feature)                                                                      \
    if (TEXT(macro)[0] == '1' && !__builtin_cpu_supports(feature))                                 \
    end_without(feature)

ON_ANY_PROCESSOR __attribute__((constructor(101))) void processor_check(void) {
    __builtin_cpu_init();
    NEEDS(__SSE4_2__, "sse4.2");
    NEEDS(__POPCNT__, "popcnt");
    NEEDS(__AVX__, "avx");
    NEEDS(__AVX2__, "avx2");
    NEEDS(__FMA__, "fma");
    NEEDS(__BMI__, "bmi");
    NEEDS(__BMI2__, "bmi2");
    NEEDS(__AVX512F__, "avx512f");
    NEEDS(__AVX512BW__, "avx512bw");
    NEEDS(__AVX512CD__, "avx512cd");
    NEEDS(__AVX512DQ__, "avx512dq");
    NEEDS(__AVX512VL__, "avx512vl");
    NEEDS(__AVX512IFMA__, "avx512ifma");
    NEEDS(__AVX512VBMI__, "avx512vbmi");
    NEEDS(__AVX512VBMI2__, "avx512vbmi2");
    NEEDS(__AVX512VNNI__, "avx512vnni");
    NEEDS(__AVX512BITALG__, "avx512bitalg");
    NEEDS(__AVX512VPOPCNTDQ__, "avx512vpopcntdq");
    NEEDS(__AVX512BF16__, "avx512bf16");
    NEEDS(__GFNI__, "gfni");
}

#else

void processor_check(void) {}

#endif
