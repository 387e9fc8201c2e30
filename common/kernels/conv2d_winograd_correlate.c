/* Winograd's correlation, chunk by chunk: map the chunk's blocks, multiply each of the planes by
 * its weights, map the products back. */
#include <omp.h>

#include "kernels/conv2d_winograd.h"
#include "kernels/conv2d_winograd_blocks.h"
#include "kernels/conv2d_winograd_transform.h"

typedef struct Plan {
    Blocks blocks;
    int groups;           /* tasks that share out the panels of one chunk */
    size_t product_plane; /* floats of one plane, a chunk's */
    size_t weight_plane;  /* floats of one plane */
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
    size_t planes = plan->blocks.products * (plan->blocks.plane + plan->product_plane);
    size_t work = whole_lines(plan->blocks.slab.floats * sizeof(float)) + planes * sizeof(float);
    size_t packing = plan->weight_panel * sizeof(float);
    return whole_lines(work > packing ? work : packing);
}

static size_t packed_floats(const Plan *plan) {
    return plan->blocks.products * plan->weight_plane;
}

size_t winograd_packed(const Correlation *c, int batch) {
    Plan plan = plan_for(c, batch);
    return packed_floats(&plan);
}

size_t winograd_workspace(const Correlation *c, int batch, int threads) {
    Plan plan = plan_for(c, batch);
    return whole_lines(1) + whole_lines(packed_floats(&plan) * sizeof(float)) +
           threads * thread_bytes(&plan);
}

/* Maps one vector of filters of nine packed taps. */
static inline __attribute__((always_inline)) void map_taps(int m, const float *packed, size_t tap,
                                                           float *mapped, size_t plane) {
    const int n = m + WINOGRAD_TAPS - 1;
    Vector taps[9], half[WINOGRAD_MOST_PRODUCTS];
    for (int t = 0; t < 9; t++)
        taps[t] = vector_load(packed + t * tap);
    for (int s = 0; s < 3; s++)
        winograd_taps(m, taps + s, half + s, 3);
    for (int i = 0; i < n; i++) {
        Vector row[WINOGRAD_MOST_POINTS];
        winograd_taps(m, half + 3 * i, row, 1);
        for (int j = 0; j < n; j++)
            vector_store(mapped + (n * i + j) * plane, row[j]);
    }
}

/* Maps one panel of weights; a plane holds its panels at the same places as packed weights. */
static void map_panel(const Correlation *c, const Plan *plan, KernelView view, int panel,
                      float *packed, float *mapped) {
    int first = panel * PANEL_FLOATS;
    int lanes = panel_vectors(c->filters, first) * VECTOR_FLOATS;
    size_t tap = (size_t)c->channels * lanes;
    pack_weights(c, view, panel, packed);
    mapped += (size_t)c->channels * first;
    for (size_t at = 0; at < tap; at += VECTOR_FLOATS)
        if (plan->blocks.outputs == 4)
            map_taps(4, packed + at, tap, mapped + at, plan->weight_plane);
        else
            map_taps(3, packed + at, tap, mapped + at, plan->weight_plane);
}

void winograd_pack(const Correlation *c, int batch, KernelView view, float *packed,
                   void *workspace) {
    Plan plan = plan_for(c, batch);
    char *rest = workspace;
    rest = take_bytes(&rest, 0);
#pragma omp parallel for schedule(static)
    for (int p = 0; p < panel_count(c->filters); p++)
        map_panel(c, &plan, view, p, (float *)(rest + omp_get_thread_num() * thread_bytes(&plan)),
                  packed);
}

/* All products of a chunk's blocks with the weights of panels begin..end. In a plane the
 * products of each TILE_ROWS blocks lie together, panel by panel, as register tiles. */
static void multiply(const Correlation *c, const Plan *plan, int blocks, int begin, int end,
                     const float *mapped, const float *weights, float *products, Ahead ahead) {
    for (int p = 0; p < plan->blocks.products; p++) {
        fetch_piece(ahead, p, plan->blocks.products);
        for (int panel = begin; panel < end; panel++) {
            int first = panel * PANEL_FLOATS;
            matrix_product(panel_vectors(c->filters, first), mapped + p * plan->blocks.plane,
                           blocks, c->channels,
                           weights + p * plan->weight_plane + (size_t)c->channels * first,
                           products + p * plan->product_plane + (size_t)first * TILE_ROWS,
                           (size_t)TILE_ROWS * c->filters);
        }
    }
}

/* Maps a block's products back to m x m outputs of one vector of filters, in rows of 4. */
static inline __attribute__((always_inline)) void map_block(int m, const float *products,
                                                            size_t plane, Vector *outputs) {
    const int n = m + WINOGRAD_TAPS - 1;
    Vector half[WINOGRAD_MOST_PRODUCTS];
    for (int j = 0; j < n; j++) {
        Vector column[WINOGRAD_MOST_POINTS], points[WINOGRAD_MOST_POINTS];
        for (int i = 0; i < n; i++)
            column[i] = vector_load(products + (n * i + j) * plane);
        winograd_outputs(m, column, points, 1);
        for (int i = 0; i < m; i++)
            half[n * i + j] = points[i];
    }
    for (int i = 0; i < m; i++)
        winograd_outputs(m, half + n * i, outputs + WINOGRAD_MOST_OUTPUTS * i, 1);
}

/* Writes the part of an m x m block at (y, x) of image n that lies inside the target. */
static void store_block(const Correlation *c, int m, int n, int y, int x, int filter,
                        const Vector *outputs, Epilogue epilogue) {
    Vector bias = {0};
    if (epilogue.bias)
        bias = vector_load(epilogue.bias + filter);
    for (int i = 0; i < min_int(m, c->out_height - y); i++)
        for (int j = 0; j < min_int(m, c->out_width - x); j++) {
            size_t pixel = ((size_t)n * c->out_height + y + i) * c->out_width + x + j;
            size_t at = pixel * c->filters + filter;
            Vector value = outputs[WINOGRAD_MOST_OUTPUTS * i + j] + bias;
            if (epilogue.addend)
                value += vector_load(epilogue.addend + at);
            if (epilogue.streams && sizeof value == CACHE_LINE)
                vector_stream(epilogue.target + at, value);
            else
                vector_store(epilogue.target + at, value);
        }
}

static void map_products(const Correlation *c, const Plan *plan, Chunk chunk, int first, int last,
                         const float *products, Epilogue epilogue) {
    int block = 0, m = plan->blocks.outputs;
    for (int n = 0; n < chunk.images; n++)
        for (int y = 0; y < chunk.rows; y++)
            for (int x = 0; x < plan->blocks.across; x++, block++)
                for (int filter = first; filter < last; filter += VECTOR_FLOATS) {
                    int begin = filter / PANEL_FLOATS * PANEL_FLOATS;
                    int lanes = panel_vectors(c->filters, begin) * VECTOR_FLOATS;
                    int tile = block / TILE_ROWS * TILE_ROWS, row = block % TILE_ROWS;
                    const float *from = products + (size_t)tile * c->filters +
                                        (size_t)begin * TILE_ROWS + row * lanes + filter - begin;
                    Vector outputs[WINOGRAD_MOST_OUTPUTS * WINOGRAD_MOST_OUTPUTS];
                    if (m == 4)
                        map_block(4, from, plan->product_plane, outputs);
                    else
                        map_block(3, from, plan->product_plane, outputs);
                    store_block(c, m, chunk.image + n, (chunk.row + y) * m, x * m, filter, outputs,
                                epilogue);
                }
}

/* One task: a chunk against its share of the panels. */
static void run_task(const Correlation *c, const Plan *plan, int task, const float *weights,
                     Conv2DPrologue prologue, const float *source, Epilogue epilogue,
                     char *workspace) {
    const Blocks *blocks = &plan->blocks;
    float *slab = take_bytes(&workspace, blocks->slab.floats * sizeof *slab);
    float *mapped = take_bytes(&workspace, blocks->products * blocks->plane * sizeof *mapped);
    float *products = (float *)workspace;
    Chunk chunk = nth_chunk(&blocks->chunks, task / plan->groups);
    int group = task % plan->groups, panels = panel_count(c->filters);
    int begin = group * panels / plan->groups, end = (group + 1) * panels / plan->groups;
    map_inputs(c, blocks, chunk, prologue, source, slab, mapped);
    int later = (task + omp_get_num_threads()) / plan->groups;
    Ahead ahead = chunk_ahead(blocks, later, source, c->height, (size_t)c->width * c->channels);
    multiply(c, plan, blocks_in(blocks, chunk), begin, end, mapped, weights, products, ahead);
    map_products(c, plan, chunk, begin * PANEL_FLOATS, min_int(end * PANEL_FLOATS, c->filters),
                 products, epilogue);
}

void winograd_correlate(const Correlation *c, int batch, KernelView view, const float *packed,
                        Conv2DPrologue prologue, const float *source, Epilogue epilogue,
                        void *workspace) {
    Plan plan = plan_for(c, batch);
    char *rest = workspace;
    float *mapped = packed ? NULL : take_bytes(&rest, packed_floats(&plan) * sizeof *mapped);
    const float *weights = packed ? packed : mapped;
    rest = take_bytes(&rest, 0);
#pragma omp parallel
    {
        char *mine = rest + omp_get_thread_num() * thread_bytes(&plan);
#pragma omp for schedule(static)
        for (int p = 0; p < (packed ? 0 : panel_count(c->filters)); p++)
            map_panel(c, &plan, view, p, (float *)mine, mapped);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan.blocks.chunks.count * plan.groups; task++)
            run_task(c, &plan, task, weights, prologue, source, epilogue, mine);
        vector_stream_end();
    }
}
