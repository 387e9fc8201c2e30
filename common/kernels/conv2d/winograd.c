/* Correlations by Winograd's method, chunk by chunk: map the chunk's blocks, multiply each of the
 * planes by its weights, map the products back. */
#include <omp.h>

#include "kernels/conv2d/method.h"
#include "kernels/conv2d/tile.h"
#include "kernels/conv2d/winograd_blocks.h"
#include "kernels/conv2d/winograd_maps.h"

/* A job of one correlation, its cuts and the sizes of its buffers. */
typedef struct WinogradPlan {
    const CorrelationJob *job;
    const Correlation *correlation;
    WinogradBlocks blocks;
    int groups;           /* tasks that share out the panels of one chunk */
    size_t product_plane; /* floats of one plane, a chunk's */
    size_t weight_plane;  /* floats of one plane */
} WinogradPlan;

static WinogradPlan plan_for(const CorrelationJob *job) {
    const Correlation *c = job->items;
    WinogradPlan plan = {job, c, .blocks = cut_blocks(c, WANTED_TASKS)};
    int tasks = ceil_div(WANTED_TASKS, plan.blocks.chunks.count);
    plan.groups = min_int(panel_count(c->filters), tasks);
    size_t rows = (size_t)ceil_div(plan.blocks.most, TILE_ROWS) * TILE_ROWS;
    plan.product_plane = rows * c->filters + PLANE_GAP;
    plan.weight_plane = (size_t)c->channels * c->filters + PLANE_GAP;
    return plan;
}

/* The planes of the weights, which all threads share, and what a thread works with. */
typedef struct WinogradBuffers {
    float *weights;
    float *copy, *mapped, *products; /* of a chunk: its slab, and the planes */
    float *panel;                    /* of packed weights, in the place of the planes */
} WinogradBuffers;

static WinogradBuffers take_buffers(const WinogradPlan *plan, Room *room) {
    WinogradBuffers buffers;
    int planes = plan->blocks.products;
    size_t mapped = max_size(planes * plan->blocks.plane, packed_weights(plan->correlation, 1));
    buffers.weights = take_shared(room, planes * plan->weight_plane * sizeof(float));
    buffers.copy = take_own(room, plan->blocks.slab.floats * sizeof(float));
    buffers.mapped = take_own(room, mapped * sizeof(float));
    buffers.products = take_own(room, planes * plan->product_plane * sizeof(float));
    buffers.panel = buffers.mapped;
    return buffers;
}

static Room count_room(const WinogradPlan *plan) {
    Room room = {0};
    take_buffers(plan, &room);
    return room;
}

static size_t workspace_bytes(const CorrelationJob *job, int threads) {
    WinogradPlan plan = plan_for(job);
    const Room counted = count_room(&plan);
    return room_bytes(&counted, threads);
}

static size_t packed_floats(const CorrelationJob *job) {
    WinogradPlan plan = plan_for(job);
    return plan.blocks.products * plan.weight_plane;
}

/* Maps one vector of filters of nine packed taps. */
ALWAYS_INLINE void map_taps(int m, const float *packed, size_t tap, float *mapped, size_t plane) {
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
static void map_panel(const WinogradPlan *plan, int index, float *packed, float *mapped) {
    const Correlation *c = plan->correlation;
    Panel panel = nth_panel(c->filters, index);
    size_t tap = (size_t)c->channels * panel.lanes;
    pack_weights(c, plan->job->weights, index, packed);
    mapped += (size_t)c->channels * panel.first;
    for (size_t at = 0; at < tap; at += VECTOR_FLOATS)
        if (plan->blocks.outputs == 4)
            map_taps(4, packed + at, tap, mapped + at, plan->weight_plane);
        else
            map_taps(3, packed + at, tap, mapped + at, plan->weight_plane);
}

static void pack(const CorrelationJob *job, float *packed, void *workspace) {
    const WinogradPlan plan = plan_for(job);
    const Room counted = count_room(&plan);
#pragma omp parallel
    {
        Room room = room_of_thread(&counted, workspace);
        WinogradBuffers buffers = take_buffers(&plan, &room);
#pragma omp for schedule(static)
        for (int p = 0; p < panel_count(job->items->filters); p++)
            map_panel(&plan, p, buffers.panel, packed);
    }
}

/* All products of a chunk's blocks with the weights of some panels. In a plane the products of each
 * TILE_ROWS blocks lie together, panel by panel, as register tiles. */
static void multiply(const WinogradPlan *plan, int blocks, Range panels, const float *weights,
                     const WinogradBuffers *buffers, Ahead ahead) {
    const Correlation *c = plan->correlation;
    for (int p = 0; p < plan->blocks.products; p++) {
        fetch_piece(ahead, p, plan->blocks.products);
        for (int index = panels.begin; index < panels.end; index++) {
            Panel panel = nth_panel(c->filters, index);
            matrix_product(
                panel.vectors, buffers->mapped + p * plan->blocks.plane, blocks, c->channels,
                weights + p * plan->weight_plane + (size_t)c->channels * panel.first,
                buffers->products + p * plan->product_plane + (size_t)panel.first * TILE_ROWS,
                (size_t)TILE_ROWS * c->filters);
        }
    }
}

/* Maps a block's products back to m x m outputs of one vector of filters, in rows of 4. */
ALWAYS_INLINE void map_block(int m, const float *products, size_t plane, Vector *outputs) {
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

/* Where a block of outputs begins, and its filters. */
typedef struct BlockPlace {
    int image, row, col, filter;
} BlockPlace;

/* Writes the part of an m x m block that lies inside the target. */
static void store_block(const WinogradPlan *plan, BlockPlace place, const Vector *outputs) {
    const Correlation *c = plan->correlation;
    const CorrelationJob *job = plan->job;
    int m = plan->blocks.outputs;
    Vector bias = {0};
    if (job->bias)
        bias = vector_load(job->bias + place.filter);
    for (int i = 0; i < min_int(m, c->out_height - place.row); i++)
        for (int j = 0; j < min_int(m, c->out_width - place.col); j++) {
            size_t line = (size_t)place.image * c->out_height + place.row + i;
            size_t at = (line * c->out_width + place.col + j) * c->filters + place.filter;
            Vector value = outputs[WINOGRAD_MOST_OUTPUTS * i + j] + bias;
            if (job->addend)
                value += vector_load(job->addend + at);
            if (job->streams && sizeof value == CACHE_LINE)
                vector_stream(job->target + at, value);
            else
                vector_store(job->target + at, value);
        }
}

static void map_products(const WinogradPlan *plan, Chunk chunk, Range panels,
                         const float *products) {
    const Correlation *c = plan->correlation;
    int block = 0, m = plan->blocks.outputs;
    int first = panels.begin * PANEL_FLOATS, last = min_int(panels.end * PANEL_FLOATS, c->filters);
    for (int n = 0; n < chunk.images; n++)
        for (int y = 0; y < chunk.rows; y++)
            for (int x = 0; x < plan->blocks.across; x++, block++)
                for (int filter = first; filter < last; filter += VECTOR_FLOATS) {
                    Panel panel = nth_panel(c->filters, filter / PANEL_FLOATS);
                    int tile = block / TILE_ROWS * TILE_ROWS, row = block % TILE_ROWS;
                    const float *from = products + (size_t)tile * c->filters +
                                        (size_t)panel.first * TILE_ROWS + row * panel.lanes +
                                        filter - panel.first;
                    Vector outputs[WINOGRAD_MOST_OUTPUTS * WINOGRAD_MOST_OUTPUTS];
                    if (m == 4)
                        map_block(4, from, plan->product_plane, outputs);
                    else
                        map_block(3, from, plan->product_plane, outputs);
                    store_block(plan,
                                (BlockPlace){chunk.image + n, (chunk.row + y) * m, x * m, filter},
                                outputs);
                }
}

/* One task: a chunk against its share of the panels. */
static void run_task(const WinogradPlan *plan, int task, const WinogradBuffers *buffers) {
    const CorrelationJob *job = plan->job;
    const Correlation *c = plan->correlation;
    const WinogradBlocks *blocks = &plan->blocks;
    Chunk chunk = nth_chunk(&blocks->chunks, task / plan->groups);
    Range panels = share(panel_count(c->filters), plan->groups, task % plan->groups);
    SlabSource source = whole_source(c, &blocks->slab, job->prologue, job->source);
    map_inputs(blocks, &source, chunk, buffers->copy, buffers->mapped);
    int later = (task + omp_get_num_threads()) / plan->groups;
    Ahead ahead =
        chunk_ahead(blocks, later, job->source, c->height, (size_t)c->width * c->channels);
    multiply(plan, blocks_in(blocks, chunk), panels, job->packed ? job->packed : buffers->weights,
             buffers, ahead);
    map_products(plan, chunk, panels, buffers->products);
}

static void run(const CorrelationJob *job, void *workspace) {
    const WinogradPlan plan = plan_for(job);
    const Room counted = count_room(&plan);
#pragma omp parallel
    {
        Room room = room_of_thread(&counted, workspace);
        WinogradBuffers buffers = take_buffers(&plan, &room);
#pragma omp for schedule(static)
        for (int p = 0; p < (job->packed ? 0 : panel_count(job->items->filters)); p++)
            map_panel(&plan, p, buffers.panel, buffers.weights);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan.blocks.chunks.count * plan.groups; task++)
            run_task(&plan, task, &buffers);
        vector_stream_end();
    }
}

const CorrelationMethod winograd_correlation = {workspace_bytes, packed_floats, pack, run};
