#include "arrays.h"

#include <check.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/operation.h"

float *random_normals(Random *random, size_t count) {
    float *values = memory_new(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = random_normal(random);
    return values;
}

float *random_integers(Random *random, size_t count, int low, int high) {
    float *values = memory_new(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(low + random_below(random, high - low + 1));
    return values;
}

float *random_spaced(Random *random, size_t count, float gap) {
    int *order = memory_new(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (int)i;
    random_shuffle(random, order, (int)count);
    float *values = memory_new(count, sizeof *values);
    int middle = (int)(count / 2);
    for (size_t i = 0; i < count; i++)
        values[i] = gap * ((float)(order[i] - middle) + 0.5f);
    free(order);
    return values;
}

void transpose_to_first(Shape shape, const float *from, float *to) {
    const int *size = shape.size;
    for (int n = 0; n < size[0]; n++)
        for (int y = 0; y < size[1]; y++)
            for (int x = 0; x < size[2]; x++)
                for (int c = 0; c < size[3]; c++)
                    to[((n * size[3] + c) * size[1] + y) * size[2] + x] =
                        from[((n * size[1] + y) * size[2] + x) * size[3] + c];
}

bool same_bits(const void *a, const void *b, size_t count) {
    return memcmp(a, b, count * sizeof(float)) == 0;
}

double largest_magnitude(const float *values, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs((double)values[i]));
    return largest;
}

void assert_near(const float *values, const float *expected, size_t count, double tolerance,
                 double floor, const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    double allowed = tolerance * fmax(floor, largest_magnitude(expected, count));
    for (size_t i = 0; i < count; i++) /* Check sends a message for each assertion */
        if (!(fabs((double)values[i] - expected[i]) <= allowed))
            ck_abort_msg("%s: value %zu of %zu is %.9g, expected %.9g within %.2g", what, i, count,
                         values[i], expected[i], allowed);
}

static void fill_with_nan(void *memory, size_t bytes) {
    float *values = memory;
    for (size_t i = 0; i < bytes / sizeof *values; i++)
        values[i] = NAN;
}

void poison(Graph *graph) {
    fill_with_nan(graph->memory, graph->memory_bytes);
    fill_with_nan(graph->workspace, graph->workspace_bytes);
    fill_with_nan(graph->staging, graph->staging_bytes);
    for (int i = 0; i < params_count(graph->params); i++) {
        const Parameter *parameter = params_at(graph->params, i);
        if (graph->backward && parameter_is_trainable(parameter))
            fill_with_nan(parameter_gradient(parameter), parameter->count * sizeof(float));
    }
}
