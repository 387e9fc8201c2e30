#include "training/hardness.h"

#include "base/memory.h"
#include "pieces/loops.h"

#include <stdlib.h>
#include <string.h>

static const float UNSEEN = 1e30F; /* more than any loss, and a number in files */

enum { NOW, BEFORE };

static float *losses(const Hardness *hardness, int which) {
    return parameter_values(params_at(hardness->losses, which));
}

Hardness hardness_new(int count, int sources, float keep, float hard) {
    Hardness hardness = {.chosen = (int)(keep * (float)sources), .losses = params_new(0)};
    hardness.hard = (int)(hard * (float)hardness.chosen);
    params_get(hardness.losses, "now", shape1(count), PARAMETER_MOVING_MEAN);
    params_get(hardness.losses, "before", shape1(count), PARAMETER_MOVING_MEAN);
    params_allocate(hardness.losses);
    for (int i = 0; i < count; i++)
        losses(&hardness, NOW)[i] = losses(&hardness, BEFORE)[i] = UNSEEN;
    return hardness;
}

void hardness_free(Hardness *hardness) {
    params_free(hardness->losses);
    *hardness = (Hardness){0};
}

void hardness_choose(const Hardness *hardness, BatchSource *source, bool resumed) {
    size_t bytes = params_at(hardness->losses, NOW)->count * sizeof(float);
    if (!resumed)
        memcpy(losses(hardness, BEFORE), losses(hardness, NOW), bytes);
    batch_source_prefer(source, losses(hardness, BEFORE), hardness->hard, hardness->chosen);
}

void hardness_see(const Hardness *hardness, const BatchSource *source, int classes,
                  const float *logits, const float *labels) {
    int count;
    const int *numbers = batch_source_numbers(source, &count);
    float *probabilities = memory_new((size_t)classes, sizeof(float));
    for (int n = 0; n < count; n++) {
        int label = (int)labels[n];
        losses(hardness, NOW)[numbers[n]] = softmax_cross_entropy_forward_loops(
            1, classes, 0, logits + (size_t)n * classes, &label, probabilities);
    }
    free(probabilities);
}
