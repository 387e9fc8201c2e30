#include "training/averaging.h"

#include "base/integers.h"
#include "base/memory.h"

#include <stdlib.h>

enum { SEGMENT_FLOATS = 1 << 14 };
enum { BATCHES = 50 }; /* by the momentum of 0.9 all but 0.9^50, half a percent, is theirs */

void averaging_add(Params *average, Params *params, float decay) {
    size_t count = params_block_count(params);
    const float *values = params_values(params);
    float *averages = params_values(average);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i += SEGMENT_FLOATS)
        average_weights(min_size(SEGMENT_FLOATS, count - i), decay, values + i, averages + i);
}

static void swap(size_t count, float *one, float *other) {
    for (size_t i = 0; i < count; i++) {
        float kept = one[i];
        one[i] = other[i];
        other[i] = kept;
    }
}

void averaging_swap(Params *average, Params *params) {
    swap(params_block_count(params), params_values(params), params_values(average));
    swap(params_moving_block_count(params), params_moving_values(params),
         params_moving_values(average));
}

void averaging_measure(const Network *network, BatchSource *source, int epoch) {
    float *images = memory_new(batch_source_floats(source), sizeof(float));
    float *labels = memory_new((size_t)network->batch, sizeof(float));
    batch_source_start(source, epoch);
    for (int i = 0; i < BATCHES; i++) {
        if (batch_source_next(source, images, labels) < network->batch) {
            batch_source_start(source, epoch);
            batch_source_next(source, images, labels);
        }
        tensor_write(network->images, images);
        tensor_write(network->labels, labels);
        graph_forward(network->graph);
    }
    free(images);
    free(labels);
}
