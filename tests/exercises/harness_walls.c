/* Arrays for the function under test: each in pages of its own, between inaccessible ones.
 *
 *     | wall | canaries ........ values | wall |
 *
 * The values end where the wall begins, so that the first index behind them faults at once; writes
 * before them change canaries, or hit the wall. Inputs' pages are read-only. */
#include "harness_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_ARRAYS = 256, WALL = 1 << 20 };

typedef struct Array {
    const char *name;
    unsigned char *first, *values, *end; /* canaries, values, wall */
} Array;

static Array arrays[MAX_ARRAYS];
static int num_arrays;

/* All of the array, canaries too, starts as unwritten values. */
void *new_array(const char *name, const void *values, size_t bytes) {
    if (num_arrays == MAX_ARRAYS)
        abort();
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (bytes / page + 2) * page; /* a page of canaries at least */
    unsigned char *start =
        mmap(NULL, room + 2 * WALL, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        abort();
    Array *array = &arrays[num_arrays++];
    array->name = name;
    array->first = start + WALL;
    array->end = array->first + room;
    array->values = array->end - bytes;
    mprotect(array->first, room, PROT_READ | PROT_WRITE);
    for (unsigned char *at = array->first; at < array->end; at += sizeof unwritten_bits)
        memcpy(at, &unwritten_bits, sizeof unwritten_bits);
    if (values && bytes) {
        memcpy(array->values, values, bytes);
        mprotect(array->first, room, PROT_READ);
    }
    return array->values;
}

void check_guards(void) {
    for (int i = 0; i < num_arrays; i++)
        for (unsigned char *at = arrays[i].first; at < arrays[i].values; at += sizeof(float))
            if (memcmp(at, &unwritten_bits, sizeof unwritten_bits) != 0) {
                long index = (long)(at - arrays[i].values) / (long)sizeof(float);
                fail_test("Your function wrote before the array: %s[%ld].", arrays[i].name, index);
            }
}

Kind describe_array_access(uintptr_t address, bool is_write, char *text, size_t size) {
    for (int i = 0; i < num_arrays; i++) {
        const Array *array = &arrays[i];
        uintptr_t first = (uintptr_t)array->first, end = (uintptr_t)array->end;
        if (address < first - WALL || address >= end + WALL)
            continue;
        long count = (long)(array->end - array->values) / (long)sizeof(float);
        long index = ((long)address - (long)(uintptr_t)array->values) / (long)sizeof(float);
        if (index >= 0 && index < count) {
            snprintf(text, size, told_const, array->name, index, array->name);
            return KIND_CRASHED;
        }
        snprintf(text, size, told_outside, is_write ? "wrote" : "read", array->name, index, count);
        return KIND_OUTSIDE_ARRAY;
    }
    return KIND_OPEN;
}
