/* Winograd's gradient of the kernel: with V the mapped inputs of a block, Z the mapped gradient of
 * its outputs and U the mapped kernel, the products V * U have the gradient
 *   d_U(c, k) = sum over blocks of V(c) * Z(k)      in each of the planes,
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
    size_t sum_plane;      /* floats of one plane: all panels (rows, lanes) */
    size_t d_output_plane; /* floats of one plane, a chunk's: a group's panels (blocks, lanes) */
} Plan;

static Plan plan_for(const Conv2DShape *shape) {
    Plan plan = {.layer = forward_correlation(shape)};
    const Correlation *c = &plan.layer;
    plan.blocks = cut_blocks(c, shape->batch, KERNEL_TASKS);
    plan.panels = panel_count(c->filters);
    plan.rows = ceil_div(c->channels, TILE_ROWS) * TILE_ROWS;
    plan.sum_plane = (size_t)plan.rows * c->filters;
    size_t part = plan.blocks.products * plan.sum_plane * sizeof(float);
    plan.parts = min_int(KERNEL_TASKS, plan.blocks.chunks.count);
    plan.parts = min_int(plan.parts, (int)(PARTS_BYTES / part) + 1);
    plan.groups = min_int(plan.panels, ceil_div(KERNEL_TASKS, plan.parts));
    int lanes = min_int(ceil_div(plan.panels, plan.groups) * PANEL_FLOATS, c->filters);
    plan.d_output_plane = (size_t)plan.blocks.most * lanes + PLANE_GAP;
    return plan;
}

static size_t thread_bytes(const Plan *plan) {
    return whole_lines(plan->blocks.slab.floats * sizeof(float)) +
           plan->blocks.products * (plan->blocks.plane + plan->d_output_plane) * sizeof(float);
}

static size_t part_floats(const Plan *plan) {
    return plan->blocks.products * plan->sum_plane + plan->layer.filters;
}

size_t winograd_kernel_workspace(const Conv2DShape *shape, int threads) {
    Plan plan = plan_for(shape);
    return whole_lines(1) + whole_lines(plan.parts * part_floats(&plan) * sizeof(float)) +
           threads * thread_bytes(&plan);
}

/* Maps one vector of filters of the block at (y, x), zeros outside the map; returns its sum. */
static inline __attribute__((always_inline)) Vector map_block(int m, const Correlation *c,
                                                              const float *image, int y, int x,
                                                              float *mapped, size_t plane) {
    const int n = m + WINOGRAD_TAPS - 1;
    Vector half[WINOGRAD_MOST_PRODUCTS], sum = {0};
    for (int j = 0; j < m; j++) {
        Vector column[WINOGRAD_MOST_POINTS], products[WINOGRAD_MOST_POINTS];
        for (int i = 0; i < m; i++) {
            bool inside = y + i < c->out_height && x + j < c->out_width;
            size_t pixel = (size_t)(y + i) * c->out_width + x + j;
            column[i] = inside ? vector_load(image + pixel * c->filters) : (Vector){0};
            sum += column[i];
        }
        winograd_d_outputs(m, column, products, 1);
        for (int i = 0; i < n; i++)
            half[m * i + j] = products[i];
    }
    for (int i = 0; i < n; i++) {
        Vector products[WINOGRAD_MOST_POINTS];
        winograd_d_outputs(m, half + m * i, products, 1);
        for (int j = 0; j < n; j++)
            vector_store(mapped + (n * i + j) * plane, products[j]);
    }
    return sum;
}

/* Maps filters first..last of a chunk of d_outputs, panel by panel, and adds them to d_bias. */
static void map_d_outputs(const Plan *plan, Chunk chunk, int first, int last,
                          const float *d_outputs, float *mapped, float *d_bias) {
    const Correlation *c = &plan->layer;
    size_t image = (size_t)c->out_height * c->out_width * c->filters, plane = plan->d_output_plane;
    int blocks = blocks_in(&plan->blocks, chunk), m = plan->blocks.outputs;
    for (int filter = first; filter < last; filter += VECTOR_FLOATS) {
        int panel = filter / PANEL_FLOATS * PANEL_FLOATS;
        int lanes = panel_vectors(c->filters, panel) * VECTOR_FLOATS;
        float *to = mapped + (size_t)blocks * (panel - first) + filter - panel;
        Vector sum = {0};
        for (int n = 0; n < chunk.images; n++) {
            const float *from = d_outputs + (chunk.image + n) * image + filter;
            for (int y = chunk.row * m; y < (chunk.row + chunk.rows) * m; y += m)
                for (int x = 0; x < plan->blocks.across * m; x += m, to += lanes)
                    sum += m == 4 ? map_block(4, c, from, y, x, to, plane)
                                  : map_block(3, c, from, y, x, to, plane);
        }
        vector_store(d_bias + filter, vector_load(d_bias + filter) + sum);
    }
}

/* Adds a chunk's products to the sums of panels begin..end. */
static void multiply(const Plan *plan, int blocks, int begin, int end, const float *inputs,
                     const float *d_outputs, float *sums, Ahead ahead, Ahead d_ahead) {
    const Correlation *c = &plan->layer;
    const Run run = {.length = blocks};
    for (int p = 0; p < plan->blocks.products; p++, inputs += plan->blocks.plane,
             d_outputs += plan->d_output_plane, sums += plan->sum_plane) {
        fetch_piece(ahead, p, plan->blocks.products);
        fetch_piece(d_ahead, p, plan->blocks.products);
        for (int panel = begin; panel < end; panel++) {
            int vectors = panel_vectors(c->filters, panel * PANEL_FLOATS);
            const float *factors = d_outputs + (size_t)blocks * (panel - begin) * PANEL_FLOATS;
            float *tile = sums + (size_t)plan->rows * panel * PANEL_FLOATS;
            for (int channel = 0; channel < c->channels; channel += TILE_ROWS) {
                const float *rows[TILE_ROWS];
                for (int i = 0; i < TILE_ROWS; i++)
                    rows[i] = inputs + min_int(channel + i, c->channels - 1);
                outer_product(vectors, (Vector *)tile, rows, c->channels, factors, vectors, &run,
                              1);
                tile += TILE_ROWS * vectors * VECTOR_FLOATS;
            }
        }
    }
}

/* One task: its group of panels of sums[part] and d_bias[part], over the part's chunks. */
static void run_task(const Plan *plan, int task, Conv2DPrologue prologue, const float *inputs,
                     const float *d_outputs, float *parts, char *workspace) {
    const Correlation *c = &plan->layer;
    const Blocks *blocks = &plan->blocks;
    float *slab = take_bytes(&workspace, blocks->slab.floats * sizeof *slab);
    float *mapped = take_bytes(&workspace, blocks->products * blocks->plane * sizeof *mapped);
    float *d_mapped = take_bytes(&workspace, 0);
    int part = task / plan->groups, group = task % plan->groups;
    int begin = group * plan->panels / plan->groups;
    int end = (group + 1) * plan->panels / plan->groups;
    int first = begin * PANEL_FLOATS, last = min_int(end * PANEL_FLOATS, c->filters);
    float *sums = parts + part * part_floats(plan);
    float *d_bias = sums + blocks->products * plan->sum_plane;
    for (int p = 0; p < blocks->products; p++)
        memset(sums + p * plan->sum_plane + (size_t)plan->rows * first, 0,
               (size_t)plan->rows * (last - first) * sizeof *sums);
    memset(d_bias + first, 0, (last - first) * sizeof *d_bias);
    long chunks = blocks->chunks.count;
    for (long i = part * chunks / plan->parts; i < (part + 1) * chunks / plan->parts; i++) {
        Chunk chunk = nth_chunk(&blocks->chunks, (int)i);
        map_inputs(c, blocks, chunk, prologue, inputs, slab, mapped);
        map_d_outputs(plan, chunk, first, last, d_outputs, d_mapped, d_bias);
        int next = (int)i + 1;
        multiply(
            plan, blocks_in(blocks, chunk), begin, end, mapped, d_mapped, sums,
            chunk_ahead(blocks, next, inputs, c->height, (size_t)c->width * c->channels),
            chunk_ahead(blocks, next, d_outputs, c->out_height, (size_t)c->out_width * c->filters));
    }
}

/* Maps the sums of one channel and one vector of filters back to nine taps. */
static inline __attribute__((always_inline)) void map_sums(int m, const Plan *plan,
                                                           const float *sums, float *d_kernel) {
    const Correlation *c = &plan->layer;
    const int n = m + WINOGRAD_TAPS - 1;
    Vector products[WINOGRAD_MOST_PRODUCTS], half[WINOGRAD_MOST_PRODUCTS], taps[3 * 3];
    for (int p = 0; p < n * n; p++) {
        products[p] = vector_load(sums + p * plan->sum_plane);
        for (int part = 1; part < plan->parts; part++)
            products[p] += vector_load(sums + part * part_floats(plan) + p * plan->sum_plane);
    }
    for (int j = 0; j < n; j++)
        winograd_d_taps(m, products + j, half + j, n);
    for (int i = 0; i < 3; i++)
        winograd_d_taps(m, half + n * i, taps + 3 * i, 1);
    for (int t = 0; t < 9; t++)
        vector_store(d_kernel + (size_t)t * c->channels * c->filters, taps[t]);
}

/* Adds the parts' sums of one channel in order and maps them back to d_kernel. */
static void add_parts(const Plan *plan, int channel, const float *parts, float *d_kernel) {
    const Correlation *c = &plan->layer;
    for (int filter = 0; filter < c->filters; filter += VECTOR_FLOATS) {
        int panel = filter / PANEL_FLOATS * PANEL_FLOATS;
        int lanes = panel_vectors(c->filters, panel) * VECTOR_FLOATS;
        const float *from = parts + (size_t)plan->rows * panel + channel * lanes + filter - panel;
        float *to = d_kernel + (size_t)channel * c->filters + filter;
        if (plan->blocks.outputs == 4)
            map_sums(4, plan, from, to);
        else
            map_sums(3, plan, from, to);
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
    const float *bias_sums = parts + plan.blocks.products * plan.sum_plane;
    for (int k = 0; d_bias && k < plan.layer.filters; k++) {
        d_bias[k] = 0;
        for (int part = 0; part < plan.parts; part++)
            d_bias[k] += bias_sums[part * part_floats(&plan) + k];
    }
}
