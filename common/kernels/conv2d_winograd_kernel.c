/* Winograd's gradient of the kernel: with V the mapped inputs of a block, Z the mapped gradient of
 * its outputs and U the mapped kernel, the products V * U have the gradient
 *   d_U(c, k) = sum over blocks of V(c) * Z(k)      in each of the 36 planes,
 * and d_kernel is d_U mapped back. Tiles, tasks and parts are those of conv2d_backward_kernel.c. */
#include <omp.h>

#include "kernels/conv2d_winograd.h"
#include "kernels/conv2d_winograd_blocks.h"
#include "kernels/conv2d_winograd_transform.h"

/* A part costs as much as one more chunk: its sums are cleared and added. Parts beyond the first
 * take no more memory than this in all, and tasks are fewer than elsewhere. */
enum { PARTS_BYTES = 2 * 1024 * 1024, KERNEL_TASKS = 8 };

typedef struct Plan {
    Correlation layer;
    Blocks blocks;
    int panels, groups, parts;
    int rows;              /* channels in whole tiles */
    size_t sum_plane;      /* floats of one of 36: all panels (rows, lanes) */
    size_t d_output_plane; /* floats of one of 36, a chunk's: a group's panels (blocks, lanes) */
} Plan;

static Plan plan_for(const Conv2DShape *shape) {
    Plan plan = {.layer = forward_correlation(shape)};
    const Correlation *c = &plan.layer;
    plan.blocks = cut_blocks(c, shape->batch, KERNEL_TASKS);
    plan.panels = panel_count(c->filters);
    plan.rows = ceil_div(c->channels, TILE_ROWS) * TILE_ROWS;
    plan.sum_plane = (size_t)plan.rows * c->filters;
    size_t part = WINOGRAD_PRODUCTS * plan.sum_plane * sizeof(float);
    plan.parts = min_int(KERNEL_TASKS, plan.blocks.chunks.count);
    plan.parts = min_int(plan.parts, (int)(PARTS_BYTES / part) + 1);
    plan.groups = min_int(plan.panels, ceil_div(KERNEL_TASKS, plan.parts));
    int lanes = min_int(ceil_div(plan.panels, plan.groups) * PANEL_FLOATS, c->filters);
    plan.d_output_plane = (size_t)plan.blocks.most * lanes + PLANE_GAP;
    return plan;
}

static size_t thread_bytes(const Plan *plan) {
    return whole_lines(plan->blocks.slab.floats * sizeof(float)) +
           WINOGRAD_PRODUCTS * (plan->blocks.plane + plan->d_output_plane) * sizeof(float);
}

static size_t part_floats(const Plan *plan) {
    return WINOGRAD_PRODUCTS * plan->sum_plane + plan->layer.filters;
}

size_t winograd_kernel_workspace(const Conv2DShape *shape, int threads) {
    Plan plan = plan_for(shape);
    return whole_lines(1) + whole_lines(plan.parts * part_floats(&plan) * sizeof(float)) +
           threads * thread_bytes(&plan);
}

/* Maps one vector of filters of the block at (y, x), zeros outside the map; returns its sum. */
static Vector map_block(const Correlation *c, const float *image, int y, int x, float *mapped,
                        size_t plane) {
    Vector half[6 * 4], sum = {0};
    for (int j = 0; j < 4; j++) {
        Vector column[4], products[6];
        for (int i = 0; i < 4; i++) {
            bool inside = y + i < c->out_height && x + j < c->out_width;
            size_t pixel = (size_t)(y + i) * c->out_width + x + j;
            column[i] = inside ? vector_load(image + pixel * c->filters) : (Vector){0};
            sum += column[i];
        }
        winograd_d_outputs(column, products, 1);
        for (int i = 0; i < 6; i++)
            half[4 * i + j] = products[i];
    }
    for (int i = 0; i < 6; i++) {
        Vector products[6];
        winograd_d_outputs(half + 4 * i, products, 1);
        for (int j = 0; j < 6; j++)
            vector_store(mapped + (6 * i + j) * plane, products[j]);
    }
    return sum;
}

/* Maps filters first..last of a chunk of d_outputs, panel by panel, and adds them to d_bias. */
static void map_d_outputs(const Plan *plan, Chunk chunk, int first, int last,
                          const float *d_outputs, float *mapped, float *d_bias) {
    const Correlation *c = &plan->layer;
    size_t image = (size_t)c->out_height * c->out_width * c->filters;
    int blocks = blocks_in(&plan->blocks, chunk);
    for (int filter = first; filter < last; filter += VECTOR_FLOATS) {
        int panel = filter / PANEL_FLOATS * PANEL_FLOATS, block = 0;
        int lanes = panel_vectors(c->filters, panel) * VECTOR_FLOATS;
        float *to = mapped + (size_t)blocks * (panel - first) + filter - panel;
        Vector sum = {0};
        for (int n = 0; n < chunk.images; n++)
            for (int y = 0; y < chunk.rows; y++)
                for (int x = 0; x < plan->blocks.across; x++, block++)
                    sum += map_block(c, d_outputs + (chunk.image + n) * image + filter,
                                     (chunk.row + y) * WINOGRAD_OUTPUTS, x * WINOGRAD_OUTPUTS,
                                     to + (size_t)block * lanes, plan->d_output_plane);
        vector_store(d_bias + filter, vector_load(d_bias + filter) + sum);
    }
}

/* Adds a chunk's products to the sums of panels begin..end. */
static void multiply(const Plan *plan, int blocks, int begin, int end, const float *inputs,
                     const float *d_outputs, float *sums) {
    const Correlation *c = &plan->layer;
    const Run run = {.length = blocks};
    for (int p = 0; p < WINOGRAD_PRODUCTS; p++, inputs += plan->blocks.plane,
             d_outputs += plan->d_output_plane, sums += plan->sum_plane)
        for (int panel = begin; panel < end; panel++) {
            int vectors = panel_vectors(c->filters, panel * PANEL_FLOATS);
            const float *factors = d_outputs + (size_t)blocks * (panel - begin) * PANEL_FLOATS;
            float *tile = sums + (size_t)plan->rows * panel * PANEL_FLOATS;
            for (int channel = 0; channel < c->channels; channel += TILE_ROWS) {
                const float *rows[TILE_ROWS];
                for (int i = 0; i < TILE_ROWS; i++)
                    rows[i] = inputs + min_int(channel + i, c->channels - 1);
                outer_product(vectors, (Vector *)tile, rows, c->channels, factors, &run, 1);
                tile += TILE_ROWS * vectors * VECTOR_FLOATS;
            }
        }
}

/* One task: its group of panels of sums[part] and d_bias[part], over the part's chunks. */
static void run_task(const Plan *plan, int task, Conv2DPrologue prologue, const float *inputs,
                     const float *d_outputs, float *parts, char *workspace) {
    const Correlation *c = &plan->layer;
    const Blocks *blocks = &plan->blocks;
    float *slab = take_bytes(&workspace, blocks->slab.floats * sizeof *slab);
    float *mapped = take_bytes(&workspace, WINOGRAD_PRODUCTS * blocks->plane * sizeof *mapped);
    float *d_mapped = take_bytes(&workspace, 0);
    int part = task / plan->groups, group = task % plan->groups;
    int begin = group * plan->panels / plan->groups;
    int end = (group + 1) * plan->panels / plan->groups;
    int first = begin * PANEL_FLOATS, last = min_int(end * PANEL_FLOATS, c->filters);
    float *sums = parts + part * part_floats(plan);
    float *d_bias = sums + WINOGRAD_PRODUCTS * plan->sum_plane;
    for (int p = 0; p < WINOGRAD_PRODUCTS; p++)
        memset(sums + p * plan->sum_plane + (size_t)plan->rows * first, 0,
               (size_t)plan->rows * (last - first) * sizeof *sums);
    memset(d_bias + first, 0, (last - first) * sizeof *d_bias);
    long chunks = blocks->chunks.count;
    for (long i = part * chunks / plan->parts; i < (part + 1) * chunks / plan->parts; i++) {
        Chunk chunk = nth_chunk(&blocks->chunks, (int)i);
        map_inputs(c, blocks, chunk, prologue, inputs, slab, mapped);
        map_d_outputs(plan, chunk, first, last, d_outputs, d_mapped, d_bias);
        multiply(plan, blocks_in(blocks, chunk), begin, end, mapped, d_mapped, sums);
    }
}

/* Adds the parts' sums of one channel in order and maps them back to d_kernel. */
static void add_parts(const Plan *plan, int channel, const float *parts, float *d_kernel) {
    const Correlation *c = &plan->layer;
    for (int filter = 0; filter < c->filters; filter += VECTOR_FLOATS) {
        int panel = filter / PANEL_FLOATS * PANEL_FLOATS;
        int lanes = panel_vectors(c->filters, panel) * VECTOR_FLOATS;
        const float *from = parts + (size_t)plan->rows * panel + channel * lanes + filter - panel;
        Vector products[WINOGRAD_PRODUCTS], half[3 * 6], taps[3 * 3];
        for (int p = 0; p < WINOGRAD_PRODUCTS; p++) {
            products[p] = vector_load(from + p * plan->sum_plane);
            for (int part = 1; part < plan->parts; part++)
                products[p] += vector_load(from + part * part_floats(plan) + p * plan->sum_plane);
        }
        for (int j = 0; j < 6; j++)
            winograd_d_taps(products + j, half + j, 6);
        for (int i = 0; i < 3; i++)
            winograd_d_taps(half + 6 * i, taps + 3 * i, 1);
        for (int t = 0; t < 9; t++)
            vector_store(d_kernel + ((size_t)t * c->channels + channel) * c->filters + filter,
                         taps[t]);
    }
}

void winograd_backward_kernel(const Conv2DShape *shape, Conv2DPrologue prologue,
                              const float *inputs, const float *d_outputs, float *d_kernel,
                              float *d_bias, void *workspace) {
    Plan plan = plan_for(shape);
    char *rest = workspace;
    float *parts = take_bytes(&rest, plan.parts * part_floats(&plan) * sizeof *parts);
    rest = take_bytes(&rest, 0);
#pragma omp parallel
    {
        char *mine = rest + omp_get_thread_num() * thread_bytes(&plan);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan.parts * plan.groups; task++)
            run_task(&plan, task, prologue, inputs, d_outputs, parts, mine);
#pragma omp for schedule(static)
        for (int channel = 0; channel < plan.layer.channels; channel++)
            add_parts(&plan, channel, parts, d_kernel);
    }
    const float *bias_sums = parts + WINOGRAD_PRODUCTS * plan.sum_plane;
    for (int k = 0; d_bias && k < plan.layer.filters; k++) {
        d_bias[k] = 0;
        for (int part = 0; part < plan.parts; part++)
            d_bias[k] += bias_sums[part * part_floats(&plan) + k];
    }
}
