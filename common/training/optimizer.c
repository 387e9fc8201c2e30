/* The optimiser cuts the flat blocks into segments for the threads, each of one weight decay.
 * Segments depend on the parameters alone, not on the number of threads. Gaps between parameters
 * may lie in a segment: the gaps and their gradients are zero, so the gaps stay zero. */
#include "training/optimizer.h"

#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "pieces/parallel.h"
#include "training/muon.h"

#include <stdlib.h>
#include <string.h>

enum { SEGMENT_FLOATS = 1 << 14 }; /* values, gradients and velocity: 192 KiB */

typedef struct Segment {
    size_t begin, end; /* floats into the flat blocks */
    float weight_decay;
} Segment;

struct Optimizer {
    Params *params;
    float weight_decay;
    const char *decay_only;
    Segment *segments;
    int count;
    float muon;                /* its learning rate as a multiple of the others' */
    const Parameter **kernels; /* those that Muon moves */
    int num_kernels;
    const Communicator *communicator; /* NULL: this process has the whole gradients */
    float *received;                  /* room for synchronize_replicas() */
};

static bool decays(const Parameter *parameter, const char *decay_only) {
    return parameter->role == PARAMETER_KERNEL &&
           (!decay_only || strncmp(parameter->name, decay_only, strlen(decay_only)) == 0);
}

static void append(Optimizer *optimizer, Segment segment) {
    optimizer->segments = memory_grow(optimizer->segments, optimizer->count, sizeof(Segment));
    optimizer->segments[optimizer->count++] = segment;
}

/* Extends the last segment to `end`, if its weight decay is the same and it stays short enough. */
static bool join(Optimizer *optimizer, size_t end, float weight_decay) {
    if (optimizer->count == 0)
        return false;
    Segment *last = &optimizer->segments[optimizer->count - 1];
    if (last->weight_decay != weight_decay || end - last->begin > SEGMENT_FLOATS)
        return false;
    last->end = end;
    return true;
}

/* Not joined where another parameter lies between. */
static void cover(Optimizer *optimizer, size_t begin, size_t end, float weight_decay, bool joins) {
    if (joins && join(optimizer, end, weight_decay))
        return;
    for (; end - begin > SEGMENT_FLOATS; begin += SEGMENT_FLOATS)
        append(optimizer, (Segment){begin, begin + SEGMENT_FLOATS, weight_decay});
    append(optimizer, (Segment){begin, end, weight_decay});
}

/* All but the first, of the images' few channels. */
static bool is_for_muon(const Optimizer *optimizer, int index) {
    const Parameter *parameter = params_at(optimizer->params, index);
    return optimizer->muon > 0 && index > 0 && parameter->role == PARAMETER_KERNEL &&
           parameter->shape.rank == 4;
}

static void append_kernel(Optimizer *optimizer, const Parameter *kernel) {
    optimizer->kernels =
        memory_grow(optimizer->kernels, optimizer->num_kernels, sizeof(Parameter *));
    optimizer->kernels[optimizer->num_kernels++] = kernel;
}

/* Gives each parameter to a segment or to Muon. */
static void share_out(Optimizer *optimizer) {
    bool any_decays = false, joins = true;
    for (int i = 0; i < params_count(optimizer->params); i++) {
        const Parameter *parameter = params_at(optimizer->params, i);
        if (!parameter_is_trainable(parameter))
            continue;
        bool decaying = decays(parameter, optimizer->decay_only) && !is_for_muon(optimizer, i);
        any_decays = any_decays || decaying;
        if (is_for_muon(optimizer, i))
            append_kernel(optimizer, parameter);
        else
            cover(optimizer, parameter->offset, parameter->offset + parameter->count,
                  decaying ? optimizer->weight_decay : 0, joins);
        joins = !is_for_muon(optimizer, i);
    }
    require(!optimizer->decay_only || any_decays,
            "decay only \"%s\": no kernel's name begins so, or Muon moves them all; use the "
            "beginning of a parameter's name, for example logits",
            optimizer->decay_only);
}

Optimizer *optimizer_new(Params *params, float weight_decay, const char *decay_only) {
    Optimizer *optimizer = memory_new(1, sizeof *optimizer);
    optimizer->params = params;
    optimizer->weight_decay = weight_decay;
    optimizer->decay_only = decay_only;
    share_out(optimizer);
    return optimizer;
}

void optimizer_free(Optimizer *optimizer) {
    if (!optimizer)
        return;
    free(optimizer->kernels);
    free(optimizer->segments);
    free(optimizer->received);
    free(optimizer);
}

void optimizer_use_muon(Optimizer *optimizer, float rate, float peak) {
    if (rate == 0 || peak == 0)
        return;
    free(optimizer->segments);
    optimizer->segments = NULL;
    optimizer->count = 0;
    optimizer->muon = rate / peak;
    share_out(optimizer);
}

void optimizer_share(Optimizer *optimizer, const Communicator *communicator) {
    size_t most = max_size(params_block_count(optimizer->params),
                           params_moving_block_count(optimizer->params));
    optimizer->communicator = communicator;
    optimizer->received = memory_new(most - most / 2, sizeof(float));
}

void optimizer_step(Optimizer *optimizer, SgdOptions options) {
    Params *params = optimizer->params;
    if (optimizer->communicator)
        synchronize_replicas(optimizer->communicator, params_block_count(params),
                             params_gradients(params), params_moving_block_count(params),
                             params_moving_values(params), optimizer->received);
#pragma omp parallel for schedule(static)
    for (int i = 0; i < optimizer->count; i++) {
        const Segment *segment = &optimizer->segments[i];
        sgd_momentum_step(segment->end - segment->begin, options, segment->weight_decay,
                          params_gradients(params) + segment->begin,
                          params_values(params) + segment->begin,
                          params_velocity(params) + segment->begin);
    }
    options.learning_rate *= optimizer->muon;
    /* A thread has whole kernels, the last and largest first: their products are short. */
#pragma omp parallel for schedule(dynamic)
    for (int i = optimizer->num_kernels - 1; i >= 0; i--) {
        const Parameter *kernel = optimizer->kernels[i];
        int columns = kernel->shape.size[3], rows = (int)(kernel->count / (size_t)columns);
        muon_step(rows, columns, options, parameter_gradient(kernel), parameter_values(kernel),
                  parameter_velocity(kernel));
    }
}
