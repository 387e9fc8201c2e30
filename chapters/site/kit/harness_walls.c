/* tests/exercises/harness_walls.c where no memory is inaccessible: canaries on both sides of an
 * array, and a copy of what is const.
 *
 *     | canaries | values | canaries |
 *
 * A canary is a quiet NaN that says which array's neighbour it is. Sums and products keep it, so
 * what was read outside an array shows in the outputs. */
#include "kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ARRAYS = 255,
    GUARD = 1024, /* canaries on each side; together as many as the bits below can tell apart */
    POSITION_BITS = 11,
    NULL_PAGE = 1024,  /* words */
    NULL_NUMBER = 255, /* of the array that NULL points to */
};

static const uint32_t canary_bits = 0x7FE00000, number_mask = 0xFF << POSITION_BITS;
static const uint32_t position_mask = (1 << POSITION_BITS) - 1;

typedef struct Array {
    const char *name;
    float *values;
    long count;
    void *copy; /* of const values; NULL for others */
} Array;

static Array arrays[MAX_ARRAYS];
static int num_arrays;
static uint32_t *volatile null_page; /* the compiler must not know its address */

static uint32_t canary(int number, int position) {
    return canary_bits | (uint32_t)number << POSITION_BITS | (uint32_t)position;
}

/* Where in memory guard `position` of the array lies, as an index of it. */
static long guard_index(const Array *array, int position) {
    return position < GUARD ? position - GUARD : array->count + position - GUARD;
}

void *new_array(const char *name, const void *values, size_t bytes) {
    if (num_arrays == MAX_ARRAYS)
        abort();
    uint32_t *start = malloc(bytes + 2 * GUARD * sizeof *start);
    void *copy = values ? malloc(bytes + 1) : NULL;
    if (!start || (values && !copy))
        abort();
    Array *array = &arrays[num_arrays];
    *array = (Array){name, (float *)(start + GUARD), (long)(bytes / sizeof(float)), copy};
    for (long i = 0; i < array->count; i++)
        start[GUARD + i] = unwritten_bits;
    for (int p = 0; p < 2 * GUARD; p++)
        start[GUARD + guard_index(array, p)] = canary(num_arrays, p);
    if (values) {
        memcpy(array->values, values, bytes);
        memcpy(copy, values, bytes);
    }
    num_arrays++;
    return array->values;
}

static uint32_t bits_of(const float *value) {
    uint32_t bits;
    memcpy(&bits, value, sizeof bits);
    return bits;
}

static void fail_outside(const char *did, const Array *array, long index) {
    char text[MESSAGE_TEXT];
    if (index < 0)
        fail_test("Your function wrote before the array: %s[%ld].", array->name, index);
    snprintf(text, sizeof text, told_outside, did, array->name, index, array->count);
    fail_as(KIND_OUTSIDE_ARRAY, text);
}

static void check_array(const Array *array) {
    int number = (int)(array - arrays);
    for (int p = 0; p < 2 * GUARD; p++)
        if (bits_of(array->values + guard_index(array, p)) != canary(number, p))
            fail_outside("wrote", array, guard_index(array, p));
    const float *copy = array->copy;
    for (long i = 0; copy && i < array->count; i++)
        if (bits_of(&array->values[i]) != bits_of(&copy[i])) {
            char text[MESSAGE_TEXT];
            snprintf(text, sizeof text, told_const, array->name, i, array->name);
            fail_as(KIND_CRASHED, text);
        }
}

void check_guards(void) {
    for (int a = 0; a < num_arrays; a++)
        check_array(&arrays[a]);
    if (null_page_is_changed()) {
        char text[MESSAGE_TEXT];
        snprintf(text, sizeof text, told_null, "wrote");
        fail_as(KIND_CRASHED, text);
    }
}

static void tell_read(uint32_t bits) {
    int number = (int)((bits & number_mask) >> POSITION_BITS);
    int position = (int)(bits & position_mask);
    if (number == NULL_NUMBER) {
        current_report->kind = KIND_CRASHED;
        report_message(told_null, "read");
    } else if (number < num_arrays) {
        const Array *array = &arrays[number];
        current_report->kind = KIND_OUTSIDE_ARRAY;
        report_message(told_outside, "read", array->name, guard_index(array, position),
                       array->count);
    }
}

void find_reads_outside(void) {
    const uint32_t known = number_mask | position_mask, sign = 0x80000000;
    for (int a = 0; a < num_arrays; a++)
        for (long i = 0; !arrays[a].copy && i < arrays[a].count; i++) {
            uint32_t bits = bits_of(&arrays[a].values[i]) & ~sign;
            if ((bits & ~known) == canary_bits) {
                tell_read(bits);
                return;
            }
        }
}

void fill_null_page(void) {
    for (int i = 0; i < NULL_PAGE; i++)
        null_page[i] = canary(NULL_NUMBER, i);
}

bool null_page_is_changed(void) {
    for (int i = 0; i < NULL_PAGE; i++)
        if (null_page[i] != canary(NULL_NUMBER, i))
            return true;
    return false;
}
