/* Backward to the kernel:
 *   d_kernel(r, s, c, k) = sum over n, y, x of
 *       inputs(n, y * strides + r - pad_top, x * strides + s - pad_left, c) * d_outputs(n, y, x,
 * k). The register tile's rows are TILE_ROWS consecutive (r, s, c), its lanes are filters, its
 * steps are positions: the rows of a tile read the slab at fixed distances from the step's pixel.
 *
 * A task owns a group of panels of filters and one part of the batch, and adds up all of its chunks
 * in order. Parts are added last, in order. A small kernel is cut into parts, whose sums cost
 * little memory; a large one has panels enough to share out. */
#include "kernels/conv2d_pack.h"
#include "kernels/conv2d_passes.h"
#include "kernels/conv2d_winograd.h"

#include <omp.h>

/* A chunk's panel of d_outputs and one line of each of its pixels fit the first-level cache;
 * parts beyond the first take no more memory than this in all. */
enum { CHUNK_POSITIONS = 256, PARTS_BYTES = 1024 * 1024 };

typedef struct Plan {
    Correlation layer;
    Chunks chunks;
    Slab slab;
    int panels, groups, tiles, parts;
    size_t part; /* floats of one part's sums: all panels, all tiles */
} Plan;

static Plan plan_for(const Conv2DShape *shape) {
    Plan plan = {.layer = forward_correlation(shape)};
    const Correlation *c = &plan.layer;
    plan.chunks = cut_batch(shape->batch, c->out_height, c->out_width, CHUNK_POSITIONS);
    plan.slab = slab_for(c, 1, &plan.chunks);
    plan.panels = panel_count(c->filters);
    plan.tiles = ceil_div(c->rows * c->cols * c->channels, TILE_ROWS);
    plan.part = (size_t)padded_lanes(c->filters) * plan.tiles * TILE_ROWS;
    size_t affordable = PARTS_BYTES / (plan.part * sizeof(float) + 1) + 1;
    plan.parts = min_int(WANTED_TASKS, plan.chunks.count);
    if ((size_t)plan.parts > affordable)
        plan.parts = (int)affordable;
    plan.groups = min_int(plan.panels, ceil_div(WANTED_TASKS, plan.parts));
    return plan;
}

static size_t chunk_positions(const Plan *plan) {
    return (size_t)plan->chunks.images * plan->chunks.rows * plan->layer.out_width;
}

static size_t chunk_runs(const Plan *plan) {
    return (size_t)plan->chunks.images * plan->chunks.rows;
}

static size_t thread_bytes(const Plan *plan) {
    return whole_lines(plan->slab.floats * sizeof(float)) +
           whole_lines(chunk_positions(plan) * PANEL_FLOATS * sizeof(float)) +
           whole_lines(chunk_runs(plan) * sizeof(Run));
}

size_t backward_kernel_workspace(const Conv2DShape *shape, int threads) {
    Plan plan = plan_for(shape);
    if (winograd_pays(&plan.layer, shape->batch))
        return winograd_kernel_workspace(shape, threads);
    size_t floats = plan.parts * (plan.part + padded_lanes(shape->filters));
    return whole_lines(1) + whole_lines(floats * sizeof(float)) + threads * thread_bytes(&plan);
}

/* A box of positions. */
typedef struct Box {
    int row, end_row, col, end_col;
} Box;

/* The positions of the chunk at which any tap of rows first..last of the kernel matrix
 * (rows * cols * channels) sees the image. */
static Box live_positions(const Correlation *c, Chunk chunk, int first, int last) {
    Box box = {c->out_height, 0, c->out_width, 0};
    for (int tap = first / c->channels; tap <= last / c->channels; tap++) {
        int y = c->top - tap / c->cols, x = c->left - tap % c->cols;
        box.row = min_int(box.row, y <= 0 ? 0 : ceil_div(y, c->step));
        box.col = min_int(box.col, x <= 0 ? 0 : ceil_div(x, c->step));
        box.end_row = max_int(box.end_row, (c->height - 1 + y + c->step) / c->step);
        box.end_col = max_int(box.end_col, (c->width - 1 + x + c->step) / c->step);
    }
    box.row = max_int(box.row, chunk.row);
    box.end_row = min_int(box.end_row, chunk.row + chunk.rows);
    box.end_col = min_int(box.end_col, c->out_width);
    return box;
}

/* The runs of steps over the box in every image of the chunk; those that meet become one. */
static int list_runs(const Plan *plan, Chunk chunk, Box box, int lanes, Run *runs) {
    const Correlation *c = &plan->layer;
    int stride = c->step * c->channels, length = max_int(0, box.end_col - box.col);
    Run *run = runs;
    for (int n = 0; n < chunk.images; n++)
        for (int y = box.row - chunk.row; y < box.end_row - chunk.row; y++) {
            int line = n * plan->slab.height + y * c->step;
            int row = (line * plan->slab.width + box.col * c->step) * c->channels;
            int panel = ((n * chunk.rows + y) * c->out_width + box.col) * lanes;
            if (run > runs && run[-1].row + run[-1].length * stride == row &&
                run[-1].panel + run[-1].length * lanes == panel)
                run[-1].length += length;
            else
                *run++ = (Run){row, panel, length};
        }
    return (int)(run - runs);
}

/* Adds one chunk to all tiles of a panel. */
static void add_chunk(const Plan *plan, Chunk chunk, int vectors, const float *slab,
                      const float *panel, Run *runs, Vector *sums) {
    const Correlation *c = &plan->layer;
    int depth = c->rows * c->cols * c->channels, count = 0;
    Box listed = {0};
    for (int first = 0; first < depth; first += TILE_ROWS, sums += TILE_ROWS * vectors) {
        int last = min_int(first + TILE_ROWS, depth) - 1;
        Box box = live_positions(c, chunk, first, last);
        if (first == 0 || memcmp(&box, &listed, sizeof box) != 0)
            count = list_runs(plan, chunk, box, vectors * VECTOR_FLOATS, runs);
        listed = box;
        const float *rows[TILE_ROWS];
        for (int i = 0; i < TILE_ROWS; i++) {
            int at = min_int(first + i, last), tap = at / c->channels;
            int pixel = tap / c->cols * plan->slab.width + tap % c->cols;
            rows[i] = slab + pixel * c->channels + at % c->channels;
        }
        outer_product(vectors, sums, rows, c->step * c->channels, panel, runs, count);
    }
}

static void add_bias(int positions, int vectors, const float *panel, float *d_bias) {
    for (int v = 0; v < vectors; v++) {
        Vector sum = {0};
        for (int p = 0; p < positions; p++)
            sum += vector_load(panel + (p * vectors + v) * VECTOR_FLOATS);
        float *to = d_bias + v * VECTOR_FLOATS;
        vector_store(to, vector_load(to) + sum);
    }
}

/* One task: its group of panels of sums[part] and d_bias[part], over the part's chunks. */
static void run_task(const Plan *plan, int task, Conv2DPrologue prologue, const float *inputs,
                     const float *d_outputs, float *sums, float *d_bias, char *workspace) {
    const Correlation *c = &plan->layer;
    int part = task / plan->groups, group = task % plan->groups,
        tile_rows = plan->tiles * TILE_ROWS;
    int begin = group * plan->panels / plan->groups,
        end = (group + 1) * plan->panels / plan->groups;
    int first = begin * PANEL_FLOATS, last = min_int(end * PANEL_FLOATS, padded_lanes(c->filters));
    float *slab = take_bytes(&workspace, plan->slab.floats * sizeof *slab);
    float *panel = take_bytes(&workspace, chunk_positions(plan) * PANEL_FLOATS * sizeof *panel);
    Run *runs = take_bytes(&workspace, chunk_runs(plan) * sizeof *runs);
    sums += part * plan->part;
    d_bias += part * padded_lanes(c->filters);
    memset(sums + (size_t)first * tile_rows, 0, (size_t)(last - first) * tile_rows * sizeof *sums);
    memset(d_bias + first, 0, (last - first) * sizeof *d_bias);
    long chunks = plan->chunks.count;
    for (long i = part * chunks / plan->parts; i < (part + 1) * chunks / plan->parts; i++) {
        Chunk chunk = nth_chunk(&plan->chunks, (int)i);
        int positions = chunk.images * chunk.rows * c->out_width;
        pack_slab(c, &plan->slab, chunk, prologue, inputs, slab);
        for (int p = begin; p < end; p++) {
            int lane = p * PANEL_FLOATS, vectors = panel_vectors(c->filters, lane);
            pack_d_outputs(c, chunk, p, d_outputs, panel);
            add_bias(positions, vectors, panel, d_bias + lane);
            add_chunk(plan, chunk, vectors, slab, panel, runs,
                      (Vector *)(sums + (size_t)lane * tile_rows));
        }
    }
}

/* d_kernel's row (one tap, one channel) number `row` of the live taps = the parts' sums, in order.
 */
static void add_parts(const Plan *plan, int kernel_size, int row, const float *sums,
                      float *d_kernel) {
    const Correlation *c = &plan->layer;
    int tap = row / c->channels, r = c->tap_row + tap / c->cols, s = c->tap_col + tap % c->cols;
    size_t at = (size_t)(r * kernel_size + s) * c->channels + row % c->channels;
    float *to = d_kernel + at * c->filters;
    for (int first = 0; first < c->filters; first += PANEL_FLOATS) {
        int lanes = panel_vectors(c->filters, first) * VECTOR_FLOATS;
        const float *from = sums + (size_t)first * plan->tiles * TILE_ROWS + (size_t)row * lanes;
        for (int f = 0; f < min_int(lanes, c->filters - first); f++) {
            float sum = from[f];
            for (int part = 1; part < plan->parts; part++)
                sum += from[part * plan->part + f];
            to[first + f] = sum;
        }
    }
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
    int biases = padded_lanes(c->filters), depth = c->rows * c->cols * c->channels;
    char *rest = workspace;
    float *sums = take_bytes(&rest, plan.parts * (plan.part + biases) * sizeof *sums);
    float *bias_sums = sums + plan.parts * plan.part;
    rest = take_bytes(&rest, 0);
    size_t taps = (size_t)shape->kernel_size * shape->kernel_size;
    if (c->rows * c->cols < (int)taps)
        memset(d_kernel, 0, taps * c->channels * c->filters * sizeof *d_kernel);
#pragma omp parallel
    {
        char *mine = rest + omp_get_thread_num() * thread_bytes(&plan);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan.parts * plan.groups; task++)
            run_task(&plan, task, prologue, inputs, d_outputs, sums, bias_sums, mine);
#pragma omp for schedule(static)
        for (int row = 0; row < depth; row++)
            add_parts(&plan, shape->kernel_size, row, sums, d_kernel);
    }
    for (int k = 0; d_bias && k < c->filters; k++) {
        d_bias[k] = 0;
        for (int part = 0; part < plan.parts; part++)
            d_bias[k] += bias_sums[part * biases + k];
    }
}
