/* Arguments for the function under test, and random values. */
#include "harness_internal.h"

#include "base/random.h"

#include <stdlib.h>
#include <string.h>

bool is_unwritten(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7FFFFFFF) == unwritten_bits;
}

float *floats_from(const double *values, size_t count) {
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
