#include "golden.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "base/memory.h"

struct Golden {
    SafeTensors *file;
    const char *lines;
};

Golden *golden_open(const char *name) {
    char path[256];
    snprintf(path, sizeof path, "tests/golden/%s", name);
    Golden *golden = memory_new(1, sizeof *golden);
    golden->file = safetensors_read(path);
    golden->lines = safetensors_metadata(golden->file, "cases");
    ck_assert_ptr_nonnull(golden->lines);
    return golden;
}

void golden_close(Golden *golden) {
    safetensors_free(golden->file);
    free(golden);
}

bool golden_next(const Golden *golden, Case *next) {
    const char *line = golden->lines;
    if (next->golden) { /* the line after the one that begins with the case's name */
        char beginning[sizeof next->name + 2];
        snprintf(beginning, sizeof beginning, "%s ", next->name);
        while (line && strncmp(line, beginning, strlen(beginning)) != 0)
            line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
        line = line && strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
    }
    if (!line)
        return false;
    *next = (Case){.golden = golden};
    ck_assert_int_ge(sscanf(line, "%63s %63s%511[^\n]", next->name, next->operation, next->options),
                     2);
    return true;
}

double case_option(const Case *test_case, const char *key) {
    char wanted[64];
    snprintf(wanted, sizeof wanted, " %s=", key);
    const char *found = strstr(test_case->options, wanted);
    ck_assert_msg(found, "case %s has no %s", test_case->name, key);
    return strtod(found + strlen(wanted), NULL);
}

const SafeTensor *case_find(const Case *test_case, const char *name) {
    char full[256];
    snprintf(full, sizeof full, "%s/%s", test_case->name, name);
    return safetensors_find(test_case->golden->file, full);
}

const SafeTensor *case_array(const Case *test_case, const char *name) {
    const SafeTensor *array = case_find(test_case, name);
    ck_assert_msg(array, "there is no array %s/%s", test_case->name, name);
    return array;
}

Shape array_shape(const SafeTensor *array, DataFormat format) {
    const int *size = array->size;
    if (array->rank == 4)
        return shape_image(format, size[0], size[1], size[2], size[3]);
    Shape shape = {.rank = array->rank};
    memcpy(shape.size, size, (size_t)array->rank * sizeof *size);
    return shape;
}

float *array_values(const SafeTensor *array, DataFormat format) {
    Shape shape = array_shape(array, CHANNELS_LAST);
    float *values = memory_new(shape_count(shape), sizeof *values);
    if (array->rank == 4 && format == CHANNELS_FIRST)
        transpose_to_first(shape, array->values, values);
    else
        memcpy(values, array->values, shape_count(shape) * sizeof *values);
    return values;
}
