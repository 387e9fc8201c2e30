#include "training/hardness.h"

#include "base/integers.h"
#include "base/memory.h"
#include "pieces/loops.h"

#include <stdlib.h>
#include <string.h>

static const float UNSEEN = 1e30F; /* more than any loss, and a number in files */

enum { NOW, BEFORE };

static float *losses_of(const Hardness *hardness, int which) {
    return parameter_values(params_at(hardness->losses, which));
}

/* A float rounds numbers above 2^24, up too. */
static int part_of(float part, int whole) {
    return part < 1 ? min_int(whole, (int)(part * (float)whole)) : whole;
}

int hardness_kept(float keep, int sources) {
    return max_int(1, part_of(keep, sources));
}

Hardness hardness_new(int count, int sources, float keep, float hard) {
    Hardness hardness = {.chosen = hardness_kept(keep, sources), .losses = params_new(0)};
    hardness.hard = part_of(hard, hardness.chosen);
    params_get(hardness.losses, "now", shape1(count), PARAMETER_MOVING_MEAN);
    params_get(hardness.losses, "before", shape1(count), PARAMETER_MOVING_MEAN);
    params_allocate(hardness.losses);
    for (int i = 0; i < count; i++)
        losses_of(&hardness, NOW)[i] = losses_of(&hardness, BEFORE)[i] = UNSEEN;
    return hardness;
}

void hardness_free(Hardness *hardness) {
    params_free(hardness->losses);
    *hardness = (Hardness){0};
}

void hardness_choose(const Hardness *hardness, BatchSource *source, bool resumed) {
    size_t bytes = params_at(hardness->losses, NOW)->count * sizeof(float);
    if (!resumed)
        memcpy(losses_of(hardness, BEFORE), losses_of(hardness, NOW), bytes);
    batch_source_prefer(source, losses_of(hardness, BEFORE), hardness->hard, hardness->chosen);
}

void hardness_measure(int count, int classes, const float *logits, const float *labels,
                      double *losses) {
    float *probabilities = memory_new((size_t)classes, sizeof(float));
    for (int n = 0; n < count; n++) {
        int label = (int)labels[n];
        losses[n] = (double)softmax_cross_entropy_forward_loops(
            1, classes, 0, logits + (size_t)n * classes, &label, probabilities);
    }
    free(probabilities);
}

void hardness_see(const Hardness *hardness, const BatchSource *source, const double *losses) {
    int count;
    const int *numbers = batch_source_numbers(source, &count);
    for (int n = 0; n < count; n++)
        losses_of(hardness, NOW)[numbers[n]] = (float)losses[n];
}
