/* Zeroed, aligned memory, and arenas.
 *
 * An arena is a linked list with one allocation an item. Recording a graph allocates a few thousand
 * small things once, so nothing is won by packing them, and a sanitizer sees every overrun. */
#include "base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/error.h"
#include "base/limits.h"

enum {
    ALIGNMENT = 64, /* a cache line and the widest SIMD vector */
    HUGE_PAGE = 2 << 20,
};

static const size_t LARGE = 64 << 20; /* bytes: smaller arrays are made without a look */

typedef struct ArenaItem {
    struct ArenaItem *next;
    alignas(ALIGNMENT) unsigned char bytes[];
} ArenaItem;

struct Arena {
    ArenaItem *items;
};

void memory_require(size_t bytes, const char *what) {
    if (bytes < LARGE)
        return;
    size_t left = free_memory();
    require(bytes <= left,
            "out of memory: %s needs %.1f GB, and %.1f GB are free; choose a smaller batch, image "
            "or model",
            what, (double)bytes / 1e9, (double)left / 1e9);
}

/* Arrays of several huge pages begin on one and ask for them: with pages of 4 KiB, reading them
 * costs more translations of addresses than the processor keeps, and how many depends on where the
 * system happened to put the pages. Where the system has no huge pages, nothing changes. */
static size_t alignment_of(size_t bytes) {
    return bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
}

static void want_huge_pages(void *memory, size_t bytes) {
#ifdef MADV_HUGEPAGE
    if (bytes >= HUGE_PAGE)
        madvise(memory, bytes, MADV_HUGEPAGE);
#endif
}

void *memory_new(size_t count, size_t size) {
    size_t bytes = 0;
    require(!__builtin_mul_overflow(count, size, &bytes),
            "out of memory: %zu items of %zu bytes exceed any machine; choose smaller sizes", count,
            size);
    memory_require(bytes, "an array");
    void *memory = NULL;
    require(posix_memalign(&memory, alignment_of(bytes), bytes > 0 ? bytes : 1) == 0,
            "out of memory: %zu bytes wanted; choose a smaller batch, image or model", bytes);
    want_huge_pages(memory, bytes);
    return memset(memory, 0, bytes);
}

void *memory_grow(void *items, int count, size_t size) {
    if (count & (count - 1))
        return items; /* the room is always a power of two, so it is used up at powers alone */
    size_t room = count > 0 ? 2 * (size_t)count : 1;
    items = realloc(items, room * size);
    require(items, "out of memory: %zu items of %zu bytes wanted; choose smaller sizes", room,
            size);
    return items;
}

Arena *arena_new(void) {
    return memory_new(1, sizeof(Arena));
}

void arena_free(Arena *arena) {
    if (!arena)
        return;
    while (arena->items) {
        ArenaItem *item = arena->items;
        arena->items = item->next;
        free(item);
    }
    free(arena);
}

void *arena_alloc(Arena *arena, size_t bytes) {
    size_t total = 0;
    require(!__builtin_add_overflow(bytes, sizeof(ArenaItem), &total),
            "out of memory: %zu bytes exceed any machine; choose smaller sizes", bytes);
    ArenaItem *item = memory_new(1, total);
    item->next = arena->items;
    arena->items = item;
    return item->bytes;
}

char *arena_printf(Arena *arena, const char *format, ...) {
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    require(stream, "out of memory: cannot format \"%s\"; choose a smaller model", format);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stream, format, arguments);
    va_end(arguments);
    fclose(stream);
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    free(text);
    return copy;
}
