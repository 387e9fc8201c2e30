/* Backward to the kernel:
 *   d_kernel(r, s, c, k) = sum over n, y, x of
 *       inputs(n, y * strides + r - pad_top, x * strides + s - pad_left, c) *
 *       d_outputs(n, y, x, k).
 * The register tile's rows are TILE_ROWS consecutive (r, s, c), its lanes are filters, its
 * steps are positions. So that steps read consecutive lines however many channels there are, the
 * slab holds blocks of few channels: (block, image, row, pixel, channel of the block).
 *
 * A task owns some blocks of channels, some panels of filters and one part of the batch, and adds
 * up all of the part's chunks in order, in an array of d_kernel's own layout: d_kernel itself for
 * the first part. Further parts are added last, in order. A small kernel is cut into parts, whose
 * sums cost little memory; a large one has channels and panels enough to share out. */
#include "kernels/conv2d_kernel_block.h"
#include "kernels/conv2d_pack.h"
#include "kernels/conv2d_passes.h"
#include "kernels/conv2d_winograd.h"

#include <omp.h>
#include <stdint.h>

/* A chunk has steps enough to pay for reading and writing a tile's sums, and its panel of d_outputs
 * and blocks of pixels fit the second-level cache. Parts beyond the first take no more memory than
 * this in all. */
enum { CHUNK_POSITIONS = 512, PARTS_BYTES = 4 * 1024 * 1024 };

/* Up to so many filters, d_outputs are read in their place. */
enum { CLOSE_FILTERS = 256 };

/* Whole tiles and whole vectors of channels. */
enum { BLOCK_CHANNELS = TILE_ROWS == 8 ? 16 : 24 };

typedef struct Plan {
    Correlation layer;
    Chunks chunks;
    Slab slab;
    int blocks, panels;             /* of channels, of filters */
    int block_groups, panel_groups; /* tasks of one part */
    int parts;
    size_t kernel; /* floats */
} Plan;

static Plan plan_for(const Conv2DShape *layer) {
    const Conv2DShape regular = regular_shape(layer), *shape = &regular;
    Plan plan = {.layer = forward_correlation(shape), .block_groups = 1, .panel_groups = 1};
    const Correlation *c = &plan.layer;
    plan.chunks = cut_batch(shape->batch, c->out_height, c->out_width, CHUNK_POSITIONS);
    plan.slab = slab_for(c, 1, &plan.chunks);
    plan.blocks = ceil_div(c->channels, BLOCK_CHANNELS);
    plan.panels = panel_count(c->filters);
    plan.kernel = (size_t)shape->kernel_size * shape->kernel_size * c->channels * c->filters;
    size_t affordable = PARTS_BYTES / (plan.kernel * sizeof(float)) + 1;
    plan.parts = min_int(WANTED_TASKS, plan.chunks.count);
    if ((size_t)plan.parts > affordable)
        plan.parts = (int)affordable;
    /* A task copies its channels of the inputs and its filters of d_outputs: the costlier copy is
     * the one that is shared out. */
    long inputs = plan.slab.floats;
    long outputs = (long)plan.chunks.images * plan.chunks.rows * c->out_width * c->filters;
    while (plan.parts * plan.block_groups * plan.panel_groups < WANTED_TASKS) {
        bool block = plan.block_groups < plan.blocks, panel = plan.panel_groups < plan.panels;
        if (block && (!panel || inputs / plan.block_groups >= outputs / plan.panel_groups))
            plan.block_groups = min_int(2 * plan.block_groups, plan.blocks);
        else if (panel)
            plan.panel_groups = min_int(2 * plan.panel_groups, plan.panels);
        else
            break;
    }
    return plan;
}

static size_t chunk_positions(const Plan *plan) {
    return (size_t)plan->chunks.images * plan->chunks.rows * plan->layer.out_width;
}

static size_t chunk_runs(const Plan *plan) {
    return (size_t)plan->chunks.images * plan->chunks.rows;
}

/* Floats of one channel of the slab. */
static size_t slab_channel(const Plan *plan) {
    return plan->slab.floats / plan->layer.channels;
}

static size_t slab_floats(const Plan *plan) {
    int blocks = ceil_div(plan->blocks, plan->block_groups);
    return slab_channel(plan) * min_int(blocks * BLOCK_CHANNELS, plan->layer.channels);
}

static size_t thread_bytes(const Plan *plan) {
    return whole_lines(slab_floats(plan) * sizeof(float)) +
           whole_lines(chunk_positions(plan) * PANEL_FLOATS * sizeof(float)) +
           whole_lines(chunk_runs(plan) * sizeof(Run));
}

/* Floats of the further parts' d_kernel and of all parts' d_bias. */
static size_t part_floats(const Plan *plan) {
    return (plan->parts - 1) * plan->kernel +
           (size_t)plan->parts * padded_lanes(plan->layer.filters);
}

size_t backward_kernel_workspace(const Conv2DShape *shape, int threads) {
    Plan plan = plan_for(shape);
    if (winograd_pays(&plan.layer, shape->batch))
        return winograd_kernel_workspace(shape, threads);
    return whole_lines(1) + whole_lines(part_floats(&plan) * sizeof(float)) +
           threads * thread_bytes(&plan);
}

/* Several sums at once: one alone would wait for every addition. */
static void add_bias(const KernelWork *work, int positions, float *d_bias) {
    enum { SUMS = 4 };
    for (int v = 0; v < work->vectors; v++) {
        const float *from = work->panel + v * VECTOR_FLOATS;
        float *to = d_bias + work->lane + v * VECTOR_FLOATS;
        Vector sums[SUMS] = {vector_load(to)};
        int p = 0;
        for (; p + SUMS <= positions; p += SUMS)
            for (int i = 0; i < SUMS; i++)
                sums[i] += vector_load(from + (p + i) * work->pitch);
        for (; p < positions; p++)
            sums[0] += vector_load(from + p * work->pitch);
        vector_store(to, (sums[0] + sums[1]) + (sums[2] + sums[3]));
    }
}

/* The share number `index` of `count` things cut into `shares`. */
typedef struct Range {
    int begin, end;
} Range;

static Range share(int count, int shares, int index) {
    return (Range){(int)((long)count * index / shares), (int)((long)count * (index + 1) / shares)};
}

/* Finds the panel of d_outputs: in its place, or in a copy where lines so far apart would meet in
 * few sets of a cache, or where vectors are not whole. */
static void find_panel(KernelWork *work, const float *d_outputs) {
    const Correlation *c = work->layer;
    size_t row = (size_t)work->chunk.image * c->out_height + work->chunk.row;
    const float *here = d_outputs + row * c->out_width * c->filters + work->lane;
    if (c->filters <= CLOSE_FILTERS && c->filters % VECTOR_FLOATS == 0 &&
        (uintptr_t)here % sizeof(Vector) == 0) {
        work->panel = here;
        work->pitch = c->filters;
        return;
    }
    pack_d_outputs(c, work->chunk, work->lane / PANEL_FLOATS, d_outputs, work->packed);
    work->panel = work->packed;
    work->pitch = work->vectors * VECTOR_FLOATS;
}

/* One chunk against the panels: adds to d_kernel, and to d_bias unless that is NULL. */
static void add_chunk(const Plan *plan, KernelWork *work, Range blocks, Range panels, bool is_first,
                      Conv2DPrologue prologue, const float *inputs, const float *d_outputs,
                      float *d_kernel, float *d_bias) {
    const Correlation *c = &plan->layer;
    int first = blocks.begin * BLOCK_CHANNELS;
    int end = min_int(blocks.end * BLOCK_CHANNELS, c->channels);
    pack_slab(c, &plan->slab, work->chunk, (SlabChannels){first, end - first, BLOCK_CHANNELS},
              prologue, inputs, work->pixels);
    size_t area = (size_t)work->chunk.images * plan->slab.height * plan->slab.width;
    int positions = work->chunk.images * work->chunk.rows * c->out_width;
    for (int p = panels.begin; p < panels.end; p++) {
        work->lane = p * PANEL_FLOATS;
        work->vectors = panel_vectors(c->filters, work->lane);
        work->width = 0;
        find_panel(work, d_outputs);
        if (d_bias)
            add_bias(work, positions, d_bias);
        for (int at = first; at < end; at += BLOCK_CHANNELS)
            kernel_add_block(work, at, min_int(BLOCK_CHANNELS, end - at),
                             work->pixels + (at - first) * area, is_first, d_kernel);
    }
}

/* One task: a part of the batch, a share of the channels and a share of the filters. */
static void run_task(const Plan *plan, int task, int kernel_size, Conv2DPrologue prologue,
                     const float *inputs, const float *d_outputs, float *d_kernel, float *d_bias,
                     char *workspace) {
    KernelWork work = {.layer = &plan->layer, .slab = &plan->slab, .kernel_size = kernel_size};
    work.pixels = take_bytes(&workspace, slab_floats(plan) * sizeof(float));
    work.packed = take_bytes(&workspace, chunk_positions(plan) * PANEL_FLOATS * sizeof(float));
    work.runs = take_bytes(&workspace, chunk_runs(plan) * sizeof(Run));
    int groups = plan->block_groups * plan->panel_groups, part = task / groups;
    Range panels = share(plan->panels, plan->panel_groups, task % plan->panel_groups);
    Range blocks = share(plan->blocks, plan->block_groups, task % groups / plan->panel_groups);
    Range chunks = share(plan->chunks.count, plan->parts, part);
    for (int i = chunks.begin; i < chunks.end; i++) {
        work.chunk = nth_chunk(&plan->chunks, i);
        add_chunk(plan, &work, blocks, panels, i == chunks.begin, prologue, inputs, d_outputs,
                  d_kernel, blocks.begin == 0 ? d_bias : NULL);
    }
}

/* Adds the further parts to the first, row by row of the kernel matrix. */
static void add_parts(const Plan *plan, size_t row, const float *parts, float *d_kernel) {
    int filters = plan->layer.filters;
    float *to = d_kernel + row * filters;
    for (int part = 1; part < plan->parts; part++, parts += plan->kernel)
        for (int k = 0; k < filters; k++)
            to[k] += parts[row * filters + k];
}

void conv2d_backward_kernel(const Conv2DShape *shape, Conv2DPrologue prologue, const float *inputs,
                            const float *d_outputs, float *d_kernel, float *d_bias,
                            void *workspace) {
    Plan plan = plan_for(shape);
    if (winograd_pays(&plan.layer, shape->batch)) {
        winograd_backward_kernel(shape, prologue, inputs, d_outputs, d_kernel, d_bias, workspace);
        return;
    }
    const Correlation *c = &plan.layer;
    int biases = padded_lanes(c->filters), taps = shape->kernel_size * shape->kernel_size;
    int groups = plan.block_groups * plan.panel_groups;
    char *rest = workspace;
    float *parts = take_bytes(&rest, part_floats(&plan) * sizeof *parts);
    float *bias_sums = parts + (plan.parts - 1) * plan.kernel;
    rest = take_bytes(&rest, 0);
    memset(bias_sums, 0, (size_t)plan.parts * biases * sizeof *bias_sums);
    bool dead_taps = c->rows * c->cols < taps;
    if (dead_taps) {
        memset(d_kernel, 0, plan.kernel * sizeof *d_kernel);
        memset(parts, 0, (plan.parts - 1) * plan.kernel * sizeof *parts);
    }
#pragma omp parallel
    {
        char *mine = rest + omp_get_thread_num() * thread_bytes(&plan);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan.parts * groups; task++) {
            int part = task / groups;
            run_task(&plan, task, shape->kernel_size, prologue, inputs, d_outputs,
                     part == 0 ? d_kernel : parts + (part - 1) * plan.kernel,
                     bias_sums + (size_t)part * biases, mine);
        }
#pragma omp for schedule(static)
        for (int row = 0; row < taps * c->channels; row++)
            add_parts(&plan, row, parts, d_kernel);
    }
    for (int k = 0; d_bias && k < c->filters; k++) {
        d_bias[k] = 0;
        for (int part = 0; part < plan.parts; part++)
            d_bias[k] += bias_sums[part * biases + k];
    }
}
