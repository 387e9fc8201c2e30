#include "allocations.h"

#include <stdatomic.h>
#include <stddef.h>

static atomic_long allocations;

/* The linker's --wrap (Makefile) makes every call of malloc() in the program's own objects one of
 * wrap_malloc(), and real_malloc() the C library's; the names in quotes are the linker's. */
#define WRAPPED(result, name, parameters, arguments)                                               \
    result real_##name parameters __asm__("__real_" #name);                                        \
    result wrap_##name parameters __asm__("__wrap_" #name);                                        \
    result wrap_##name parameters {                                                                \
        allocations++;                                                                             \
        return real_##name arguments;                                                              \
    }

WRAPPED(void *, malloc, (size_t bytes), (bytes))
WRAPPED(void *, calloc, (size_t count, size_t bytes), (count, bytes))
WRAPPED(void *, realloc, (void *memory, size_t bytes), (memory, bytes))
WRAPPED(void *, aligned_alloc, (size_t alignment, size_t bytes), (alignment, bytes))
WRAPPED(int, posix_memalign, (void **memory, size_t alignment, size_t bytes),
        (memory, alignment, bytes))

long allocations_count(void) {
    return allocations;
}
