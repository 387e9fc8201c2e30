/* Arrays for the function under test: each in pages of its own, between inaccessible ones.
 *
 *     | wall | canaries ........ values | wall |
 *
 * The values end where the wall begins, so that the first index behind them faults at once; writes
 * before them change canaries, or hit the wall. Inputs' pages are read-only. */
#include "harness_internal.h"

#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_ARRAYS = 256, WALL = 1 << 20 };

/* A quiet NaN that no computation makes. */
static const uint32_t unwritten_bits = 0x7FEDBEEF;

typedef struct Array {
    const char *name;
    unsigned char *first, *values, *end; /* canaries, values, wall */
    bool is_const;
} Array;

static Array arrays[MAX_ARRAYS];
static int num_arrays;

bool is_unwritten(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7FFFFFFF) == unwritten_bits;
}

/* All of the array, canaries too, starts as unwritten values. */
static void *new_array(const char *name, const void *values, size_t bytes) {
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
    array->is_const = values != NULL;
    mprotect(array->first, room, PROT_READ | PROT_WRITE);
    for (unsigned char *at = array->first; at < array->end; at += sizeof unwritten_bits)
        memcpy(at, &unwritten_bits, sizeof unwritten_bits);
    if (values && bytes) {
        memcpy(array->values, values, bytes);
        mprotect(array->first, room, PROT_READ);
    }
    return array->values;
}

static float *floats_from(const double *values, size_t count) {
    float *floats = malloc(count * sizeof(float) + 1);
    for (size_t i = 0; i < count; i++)
        floats[i] = (float)values[i];
    return floats;
}

const float *input_floats(const char *name, const double *values, size_t count) {
    float *floats = floats_from(values, count);
    const float *array = new_array(name, floats, count * sizeof(float));
    free(floats);
    return array;
}

const int *input_ints(const char *name, const int *values, size_t count) {
    return new_array(name, values, count * sizeof(int));
}

float *output_floats(const char *name, size_t count) {
    return new_array(name, NULL, count * sizeof(float));
}

float *in_out_floats(const char *name, const double *values, size_t count) {
    float *array = output_floats(name, count);
    for (size_t i = 0; i < count; i++)
        array[i] = (float)values[i];
    return array;
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
            snprintf(text, size, "It wrote to %s[%ld], but %s is const: it may only be read.",
                     array->name, index, array->name);
            return KIND_CRASHED;
        }
        snprintf(text, size, "It %s %s[%ld], outside the array, which has %ld values.",
                 is_write ? "wrote" : "read", array->name, index, count);
        return KIND_OUTSIDE_ARRAY;
    }
    return KIND_OPEN;
}

double *random_values(uint64_t seed, size_t count) {
    Random random = random_stream(seed, 1);
    double *values = new_doubles(count);
    for (size_t i = 0; i < count; i++)
        values[i] = random_normal(&random);
    return values;
}

double *new_doubles(size_t count) {
    double *values = calloc(count + 1, sizeof(double));
    if (!values)
        abort();
    return values;
}
