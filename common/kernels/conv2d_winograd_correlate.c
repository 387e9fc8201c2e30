/* Winograd's correlation, chunk by chunk: map the chunk's blocks, multiply each of the 36 planes by
 * its weights, map the products back. */
#include <omp.h>

#include "kernels/conv2d_winograd.h"
#include "kernels/conv2d_winograd_blocks.h"
#include "kernels/conv2d_winograd_transform.h"

typedef struct Plan {
    Blocks blocks;
    int groups;           /* tasks that share out the panels of one chunk */
    size_t product_plane; /* floats of one of 36, a chunk's */
    size_t weight_plane;  /* floats of one of 36 */
    size_t weight_panel;  /* floats of an unmapped panel */
} Plan;

static Plan plan_for(const Correlation *c, int batch) {
    Plan plan = {.blocks = cut_blocks(c, batch, WANTED_TASKS)};
    int tasks = ceil_div(WANTED_TASKS, plan.blocks.chunks.count);
    plan.groups = min_int(panel_count(c->filters), tasks);
    size_t rows = (size_t)ceil_div(plan.blocks.most, TILE_ROWS) * TILE_ROWS;
    plan.product_plane = rows * c->filters + PLANE_GAP;
    plan.weight_plane = (size_t)c->channels * c->filters + PLANE_GAP;
    plan.weight_panel = packed_weights(c, 1);
    return plan;
}

static size_t thread_bytes(const Plan *plan) {
    size_t planes = WINOGRAD_PRODUCTS * (plan->blocks.plane + plan->product_plane);
    size_t work = whole_lines(plan->blocks.slab.floats * sizeof(float)) + planes * sizeof(float);
    size_t packing = plan->weight_panel * sizeof(float);
    return whole_lines(work > packing ? work : packing);
}

size_t winograd_workspace(const Correlation *c, int batch, int threads) {
    Plan plan = plan_for(c, batch);
    return whole_lines(1) + whole_lines(WINOGRAD_PRODUCTS * plan.weight_plane * sizeof(float)) +
           threads * thread_bytes(&plan);
}

/* Maps one panel of weights; plane p holds its panels at the same places as packed weights. */
static void map_panel(const Correlation *c, const Plan *plan, KernelView view, int panel,
                      float *packed, float *mapped) {
    int first = panel * PANEL_FLOATS;
    int lanes = panel_vectors(c->filters, first) * VECTOR_FLOATS;
    size_t tap = (size_t)c->channels * lanes;
    pack_weights(c, view, panel, packed);
    mapped += (size_t)c->channels * first;
    for (size_t at = 0; at < tap; at += VECTOR_FLOATS) {
        Vector taps[9], halves[18], products[WINOGRAD_PRODUCTS];
        for (int t = 0; t < 9; t++)
            taps[t] = vector_load(packed + t * tap + at);
        for (int s = 0; s < 3; s++)
            winograd_taps(taps + s, halves + s, 3);
        for (int i = 0; i < 6; i++) {
            Vector row[6];
            winograd_taps(halves + 3 * i, row, 1);
            memcpy(products + 6 * i, row, sizeof row);
        }
        for (int p = 0; p < WINOGRAD_PRODUCTS; p++)
            vector_store(mapped + p * plan->weight_plane + at, products[p]);
    }
}

/* All 36 products of a chunk's blocks with the weights of panels begin..end. In a plane the
 * products of each TILE_ROWS blocks lie together, panel by panel, as register tiles. */
static void multiply(const Correlation *c, const Plan *plan, int blocks, int begin, int end,
                     const float *mapped, const float *weights, float *products) {
    const Run run = {.length = c->channels};
    for (int p = 0; p < WINOGRAD_PRODUCTS; p++) {
        const float *inputs = mapped + p * plan->blocks.plane;
        for (int panel = begin; panel < end; panel++) {
            int first = panel * PANEL_FLOATS, vectors = panel_vectors(c->filters, first);
            const float *factors = weights + p * plan->weight_plane + (size_t)c->channels * first;
            for (int block = 0; block < blocks; block += TILE_ROWS) {
                const float *rows[TILE_ROWS];
                for (int i = 0; i < TILE_ROWS; i++)
                    rows[i] = inputs + (size_t)min_int(block + i, blocks - 1) * c->channels;
                float *sums = products + p * plan->product_plane + (size_t)block * c->filters +
                              (size_t)first * TILE_ROWS;
                memset(sums, 0, TILE_ROWS * vectors * sizeof(Vector));
                outer_product(vectors, (Vector *)sums, rows, 1, factors, &run, 1);
            }
        }
    }
}

/* Maps a block's products back to 4 x 4 outputs of one vector of filters. */
static void map_block(const float *products, size_t plane, Vector *outputs) {
    Vector half[4 * 6];
    for (int j = 0; j < 6; j++) {
        Vector column[6], points[4];
        for (int i = 0; i < 6; i++)
            column[i] = vector_load(products + (6 * i + j) * plane);
        winograd_outputs(column, points, 1);
        for (int i = 0; i < 4; i++)
            half[6 * i + j] = points[i];
    }
    for (int i = 0; i < 4; i++)
        winograd_outputs(half + 6 * i, outputs + 4 * i, 1);
}

/* Writes the part of a block at (y, x) of image n that lies inside the target. */
static void store_block(const Correlation *c, int n, int y, int x, int filter,
                        const Vector *outputs, Epilogue epilogue) {
    Vector bias = {0};
    if (epilogue.bias)
        bias = vector_load(epilogue.bias + filter);
    for (int i = 0; i < min_int(4, c->out_height - y); i++)
        for (int j = 0; j < min_int(4, c->out_width - x); j++) {
            size_t pixel = ((size_t)n * c->out_height + y + i) * c->out_width + x + j;
            size_t at = pixel * c->filters + filter;
            Vector value = outputs[4 * i + j] + bias;
            if (epilogue.addend)
                value += vector_load(epilogue.addend + at);
            vector_store(epilogue.target + at, value);
        }
}

static void map_products(const Correlation *c, const Plan *plan, Chunk chunk, int first, int last,
                         const float *products, Epilogue epilogue) {
    int block = 0;
    for (int n = 0; n < chunk.images; n++)
        for (int y = 0; y < chunk.rows; y++)
            for (int x = 0; x < plan->blocks.across; x++, block++)
                for (int filter = first; filter < last; filter += VECTOR_FLOATS) {
                    int begin = filter / PANEL_FLOATS * PANEL_FLOATS;
                    int lanes = panel_vectors(c->filters, begin) * VECTOR_FLOATS;
                    int tile = block / TILE_ROWS * TILE_ROWS, row = block % TILE_ROWS;
                    const float *from = products + (size_t)tile * c->filters +
                                        (size_t)begin * TILE_ROWS + row * lanes + filter - begin;
                    Vector outputs[16];
                    map_block(from, plan->product_plane, outputs);
                    store_block(c, chunk.image + n, (chunk.row + y) * WINOGRAD_OUTPUTS,
                                x * WINOGRAD_OUTPUTS, filter, outputs, epilogue);
                }
}

/* One task: a chunk against its share of the panels. */
static void run_task(const Correlation *c, const Plan *plan, int task, const float *weights,
                     Conv2DPrologue prologue, const float *source, Epilogue epilogue,
                     char *workspace) {
    const Blocks *blocks = &plan->blocks;
    float *slab = take_bytes(&workspace, blocks->slab.floats * sizeof *slab);
    float *mapped = take_bytes(&workspace, WINOGRAD_PRODUCTS * blocks->plane * sizeof *mapped);
    float *products = (float *)workspace;
    Chunk chunk = nth_chunk(&blocks->chunks, task / plan->groups);
    int group = task % plan->groups, panels = panel_count(c->filters);
    int begin = group * panels / plan->groups, end = (group + 1) * panels / plan->groups;
    map_inputs(c, blocks, chunk, prologue, source, slab, mapped);
    multiply(c, plan, blocks_in(blocks, chunk), begin, end, mapped, weights, products);
    map_products(c, plan, chunk, begin * PANEL_FLOATS, min_int(end * PANEL_FLOATS, c->filters),
                 products, epilogue);
}

void winograd_correlate(const Correlation *c, int batch, KernelView view, Conv2DPrologue prologue,
                        const float *source, Epilogue epilogue, void *workspace) {
    Plan plan = plan_for(c, batch);
    char *rest = workspace;
    float *weights = take_bytes(&rest, WINOGRAD_PRODUCTS * plan.weight_plane * sizeof *weights);
    rest = take_bytes(&rest, 0);
#pragma omp parallel
    {
        char *mine = rest + omp_get_thread_num() * thread_bytes(&plan);
#pragma omp for schedule(static)
        for (int p = 0; p < panel_count(c->filters); p++)
            map_panel(c, &plan, view, p, (float *)mine, weights);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan.blocks.chunks.count * plan.groups; task++)
            run_task(c, &plan, task, weights, prologue, source, epilogue, mine);
    }
}
