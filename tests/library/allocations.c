/* Under AddressSanitizer through its hooks; else by standing before the C library's own functions.
 */
#include "allocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

static atomic_long allocations;

#ifdef __SANITIZE_ADDRESS__

typedef void AllocationHook(const volatile void *memory, size_t bytes);
typedef void FreeHook(const volatile void *memory);
int install_hooks(AllocationHook *allocation,
                  FreeHook *free) __asm__("__sanitizer_install_malloc_and_free_hooks");

static void count_allocation(const volatile void *memory, size_t bytes) {
    (void)memory;
    (void)bytes;
    allocations++;
}

static void ignore_free(const volatile void *memory) {
    (void)memory;
}

long allocations_count(void) {
    static bool installed;
    if (!installed)
        installed = install_hooks(count_allocation, ignore_free);
    return allocations;
}

#else

/* The names in quotes are the linker's: the program's own functions stand before the library's. */
void *libc_malloc(size_t bytes) __asm__("__libc_malloc");
void *libc_calloc(size_t count, size_t bytes) __asm__("__libc_calloc");
void *libc_realloc(void *memory, size_t bytes) __asm__("__libc_realloc");
void *libc_memalign(size_t alignment, size_t bytes) __asm__("__libc_memalign");

void *counted_malloc(size_t bytes) __asm__("malloc");
void *counted_calloc(size_t count, size_t bytes) __asm__("calloc");
void *counted_realloc(void *memory, size_t bytes) __asm__("realloc");
void *counted_aligned_alloc(size_t alignment, size_t bytes) __asm__("aligned_alloc");
void *counted_memalign(size_t alignment, size_t bytes) __asm__("memalign");
int counted_posix_memalign(void **memory, size_t alignment, size_t bytes) __asm__("posix_memalign");

void *counted_malloc(size_t bytes) {
    allocations++;
    return libc_malloc(bytes);
}

void *counted_calloc(size_t count, size_t bytes) {
    allocations++;
    return libc_calloc(count, bytes);
}

void *counted_realloc(void *memory, size_t bytes) {
    allocations++;
    return libc_realloc(memory, bytes);
}

void *counted_aligned_alloc(size_t alignment, size_t bytes) {
    allocations++;
    return libc_memalign(alignment, bytes);
}

void *counted_memalign(size_t alignment, size_t bytes) {
    allocations++;
    return libc_memalign(alignment, bytes);
}

int counted_posix_memalign(void **memory, size_t alignment, size_t bytes) {
    allocations++;
    *memory = libc_memalign(alignment, bytes);
    return *memory ? 0 : ENOMEM;
}

long allocations_count(void) {
    return allocations;
}

#endif
