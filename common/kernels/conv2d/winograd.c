/* Correlations by Winograd's method: map a chunk's blocks, multiply each of the planes by its
 * weights, map the products back, panel by panel.
 *
 * Where there are many blocks, tasks are chunks, and all share the mapped weights. Where there are
 * twice as many filters as blocks, tasks are panels, and all share the mapped inputs: the weights
 * are then the larger array, and a panel is mapped, used and forgotten in a thread's own cache. */

#include "kernels/conv2d/method.h"
#include "kernels/conv2d/pack.h"
#include "kernels/conv2d/winograd_blocks.h"
#include "kernels/conv2d/winograd_maps.h"

/* A job of one correlation, its cuts and the sizes of its buffers. */
typedef struct WinogradPlan {
    const CorrelationJob *job;
    const Correlation *correlation;
    WinogradBlocks blocks;
    bool by_panels; /* tasks are panels, not chunks */
    int panels;
    size_t product_plane; /* floats of one plane of products, of a chunk and a panel */
    size_t weight_plane;  /* floats of one plane of weights, of a panel */
} WinogradPlan;

static WinogradPlan plan_for(const CorrelationJob *job) {
    const Correlation *c = job->items;
    WinogradPlan plan = {job, c, .blocks = cut_blocks(c, WANTED_TASKS)};
    plan.panels = panel_count(c->filters);
    plan.by_panels = 2 * plan.blocks.chunks.count * plan.blocks.most <= c->filters;
    size_t rows = plan.blocks.most + TILE_ROWS; /* whose last tile may reach beyond its blocks */
    plan.product_plane = rows * PANEL_FLOATS + PLANE_GAP;
    plan.weight_plane = (size_t)c->channels * PANEL_FLOATS + PLANE_GAP;
    return plan;
}

static size_t panel_floats(const WinogradPlan *plan) {
    return WINOGRAD_PLANES * plan->weight_plane;
}

/* The planes that all threads share, of the weights or of the inputs, and what a thread works with.
 */
typedef struct WinogradBuffers {
    float *weights;  /* of all panels, or of a task's */
    float *mapped;   /* of all chunks, or of a task's */
    float *products; /* of a chunk and a panel */
    float *packed;   /* a panel of weights before it is mapped, in the place of the products */
} WinogradBuffers;

static WinogradBuffers take_buffers(const WinogradPlan *plan, Room *room) {
    WinogradBuffers buffers;
    size_t weights = panel_floats(plan) * sizeof(float),
           mapped = plan->blocks.floats * sizeof(float);
    size_t products =
        max_size(WINOGRAD_PLANES * plan->product_plane, packed_weights(plan->correlation, 1)) *
        sizeof(float);
    if (plan->by_panels) {
        buffers.mapped = take_shared(room, plan->blocks.chunks.count * mapped);
        buffers.weights = take_own(room, weights);
    } else {
        buffers.weights = take_shared(room, plan->panels * weights);
        buffers.mapped = take_own(room, mapped);
    }
    buffers.products = buffers.packed = take_own(room, products);
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

/* By panels, reading the planes from memory would take longer than mapping the weights anew. */
static size_t packed_floats(const CorrelationJob *job) {
    WinogradPlan plan = plan_for(job);
    return plan.by_panels ? 0 : plan.panels * panel_floats(&plan);
}

/* Maps one vector of filters: nine taps, `row` and `col` floats apart. */
static void map_taps(const WinogradPlan *plan, const float *weights, long row, long col,
                     float *mapped) {
    Vector half[3 * WINOGRAD_POINTS];
    for (int s = 0; s < 3; s++) {
        Vector taps[3];
        for (int r = 0; r < 3; r++)
            taps[r] = vector_load(weights + r * row + s * col);
        winograd_taps(taps, 1, half + WINOGRAD_POINTS * s);
    }
    int down = most_outputs(plan->blocks.down), across = most_outputs(plan->blocks.across);
    for (int i = 0; i < WINOGRAD_POINTS; i++) {
        Vector points[WINOGRAD_POINTS];
        if (!winograd_has_point(down, i))
            continue;
        winograd_taps(half + i, WINOGRAD_POINTS, points);
        for (int j = 0; j < WINOGRAD_POINTS; j++)
            if (winograd_has_point(across, j))
                vector_store(mapped + (WINOGRAD_POINTS * i + j) * plan->weight_plane, points[j]);
    }
}

/* Maps one panel of weights: planes (channels, lanes). Where filters are not neighbours in memory,
 * the panel is packed first. */
static void map_panel(const WinogradPlan *plan, int index, float *packed, float *mapped) {
    const Correlation *c = plan->correlation;
    WeightsOrder order = c->order;
    Panel panel = nth_panel(c->filters, index);
    const float *weights = plan->job->weights + order.first + panel.first;
    if (order.filter != 1) {
        long tap = (long)c->channels * panel.lanes;
        pack_weights(c, plan->job->weights, index, packed);
        weights = packed;
        order = (WeightsOrder){.row = 3 * tap, .col = tap, .channel = panel.lanes};
    }
    for (int channel = 0; channel < c->channels; channel++, mapped += panel.lanes)
        for (int v = 0; v < panel.lanes; v += VECTOR_FLOATS)
            map_taps(plan, weights + channel * order.channel + v, order.row, order.col, mapped + v);
}

static void pack(const CorrelationJob *job, float *packed, void *workspace) {
    const WinogradPlan plan = plan_for(job);
    const Room counted = count_room(&plan);
#pragma omp parallel
    {
        Room room = room_of_thread(&counted, workspace);
        WinogradBuffers buffers = take_buffers(&plan, &room);
#pragma omp for schedule(static)
        for (int p = 0; p < (plan.by_panels ? 0 : plan.panels); p++)
            map_panel(&plan, p, buffers.packed, packed + p * panel_floats(&plan));
    }
}

/* A chunk's mapped inputs, a panel's mapped weights, and their products. */
typedef struct Planes {
    const float *mapped, *weights;
    float *products;
} Planes;

/* All products of a chunk's blocks with a panel of weights: planes (blocks, lanes). */
static void multiply(const WinogradPlan *plan, Chunk chunk, Panel panel, Planes planes,
                     Ahead ahead) {
    const WinogradBlocks *blocks = &plan->blocks;
    const PlaneRanges ranges = plane_ranges(blocks, chunk);
    for (int p = 0; p < WINOGRAD_PLANES; p++) {
        Range range = blocks_in_plane(&ranges, p);
        SlicedRows rows = {planes.mapped + p * blocks->plane + range.begin * SLICE,
                           (size_t)blocks->most * SLICE, range.end - range.begin,
                           plan->correlation->channels};
        fetch_piece(ahead, p, WINOGRAD_PLANES);
        sliced_product(panel.vectors, rows, planes.weights + p * plan->weight_plane,
                       planes.products + p * plan->product_plane + range.begin * panel.lanes);
    }
}

/* Maps a block's products back to positions of one vector of filters, in rows of 4. */
ALWAYS_INLINE void map_block(int down, int across, const float *products, size_t plane,
                             Vector *outputs) {
    Vector half[WINOGRAD_MOST_OUTPUTS * WINOGRAD_POINTS];
    for (int j = 0; j < WINOGRAD_POINTS; j++) {
        Vector column[WINOGRAD_POINTS];
        if (!winograd_has_point(across, j))
            continue;
        for (int i = 0; i < WINOGRAD_POINTS; i++)
            if (winograd_has_point(down, i))
                column[i] = vector_load(products + (WINOGRAD_POINTS * i + j) * plane);
        winograd_outputs(down, column, 1, half + WINOGRAD_MOST_OUTPUTS * j);
    }
    for (int i = 0; i < down; i++)
        winograd_outputs(across, half + i, WINOGRAD_MOST_OUTPUTS,
                         outputs + WINOGRAD_MOST_OUTPUTS * i);
}

/* Where a block of outputs begins, and its first filter. */
typedef struct BlockPlace {
    int image, row, column, filter;
} BlockPlace;

/* Writes the part of a block that lies inside the target. The job is read before the loop: the
 * compiler cannot know that a store leaves it, and would read it again for every vector. */
ALWAYS_INLINE void store_block(int down, int across, const WinogradPlan *plan, BlockPlace place,
                               const Vector *outputs) {
    const Correlation *c = plan->correlation;
    const CorrelationJob *job = plan->job;
    Vector bias = {0};
    if (job->bias)
        bias = vector_load(job->bias + place.filter);
    const int rows = min_int(down, c->out_height - place.row);
    const int columns = min_int(across, c->out_width - place.column);
    const size_t pixel = (size_t)c->filters, line = pixel * c->out_width;
    const size_t first = ((size_t)place.image * c->out_height + place.row) * line +
                         place.column * pixel + place.filter;
    float *target = job->target + first;
    const float *addend = job->addend ? job->addend + first : NULL;
    const bool streams = job->streams && sizeof(Vector) == CACHE_LINE;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            Vector value = outputs[WINOGRAD_MOST_OUTPUTS * i + j] + bias;
            if (addend)
                value += vector_load(addend + i * line + j * pixel);
            if (streams)
                vector_stream(target + i * line + j * pixel, value);
            else
                vector_store(target + i * line + j * pixel, value);
        }
}

/* Maps the products of the blocks of one kind, down x across positions. */
ALWAYS_INLINE void map_group(int down, int across, const BlockGroup *group,
                             const WinogradPlan *plan, Panel panel, const float *products) {
    const float *from = products + (size_t)group->first * panel.lanes;
    for (int n = group->image; n < group->image + group->images; n++)
        for (int row = 0; row < group->rows; row++)
            for (int column = 0; column < group->columns; column++)
                for (int v = 0; v < panel.vectors; v++, from += VECTOR_FLOATS) {
                    Vector outputs[WINOGRAD_MOST_OUTPUTS * WINOGRAD_MOST_OUTPUTS];
                    BlockPlace place = {n, group->y + row * down, group->x + column * across,
                                        panel.first + v * VECTOR_FLOATS};
                    map_block(down, across, from, plan->product_plane, outputs);
                    store_block(down, across, plan, place, outputs);
                }
}

static void map_products(const WinogradPlan *plan, Chunk chunk, Panel panel,
                         const float *products) {
    for (int kind = 0; kind < BLOCK_KINDS; kind++) {
        BlockGroup group = block_group(&plan->blocks, chunk, (BlockKind)kind);
        if (kind == FOUR_BY_FOUR)
            map_group(4, 4, &group, plan, panel, products);
        else if (kind == FOUR_BY_THREE)
            map_group(4, 3, &group, plan, panel, products);
        else if (kind == THREE_BY_FOUR)
            map_group(3, 4, &group, plan, panel, products);
        else
            map_group(3, 3, &group, plan, panel, products);
    }
}

/* One task: a chunk against all panels, of which the last fetches a later chunk's source. */
static void run_chunk(const WinogradPlan *plan, int index, const WinogradBuffers *buffers) {
    const CorrelationJob *job = plan->job;
    const Correlation *c = plan->correlation;
    const float *weights = job->packed ? job->packed : buffers->weights;
    Chunk chunk = nth_chunk(&plan->blocks.chunks, index);
    map_inputs(&plan->blocks, &(WinogradSource){c, job->prologue, job->source}, chunk,
               buffers->mapped);
    Ahead ahead = chunk_ahead(&plan->blocks, index + 1, job->source, c->height,
                              (size_t)c->width * c->channels);
    for (int p = 0; p < plan->panels; p++) {
        Panel panel = nth_panel(c->filters, p);
        multiply(plan, chunk, panel,
                 (Planes){buffers->mapped, weights + p * panel_floats(plan), buffers->products},
                 p + 1 < plan->panels ? (Ahead){0} : ahead);
        map_products(plan, chunk, panel, buffers->products);
    }
}

/* One task: a panel against all chunks. */
static void run_panel(const WinogradPlan *plan, int index, const WinogradBuffers *buffers) {
    const Panel panel = nth_panel(plan->correlation->filters, index);
    map_panel(plan, index, buffers->packed, buffers->weights);
    for (int i = 0; i < plan->blocks.chunks.count; i++) {
        Chunk chunk = nth_chunk(&plan->blocks.chunks, i);
        Planes planes = {buffers->mapped + i * plan->blocks.floats, buffers->weights,
                         buffers->products};
        multiply(plan, chunk, panel, planes, (Ahead){0});
        map_products(plan, chunk, panel, buffers->products);
    }
}

static void run(const CorrelationJob *job, void *workspace) {
    const WinogradPlan plan = plan_for(job);
    const WinogradSource source = {plan.correlation, job->prologue, job->source};
    const Room counted = count_room(&plan);
    int chunks = plan.blocks.chunks.count;
    Tasks tasks = tasks_make(chunks);
#pragma omp parallel
    {
        Room room = room_of_thread(&counted, workspace);
        WinogradBuffers buffers = take_buffers(&plan, &room);
        if (plan.by_panels) {
#pragma omp for schedule(static)
            for (int i = 0; i < chunks; i++)
                map_inputs(&plan.blocks, &source, nth_chunk(&plan.blocks.chunks, i),
                           buffers.mapped + i * plan.blocks.floats);
#pragma omp for schedule(dynamic)
            for (int p = 0; p < plan.panels; p++)
                run_panel(&plan, p, &buffers);
        } else {
#pragma omp for schedule(static)
            for (int p = 0; p < (job->packed ? 0 : plan.panels); p++)
                map_panel(&plan, p, buffers.packed, buffers.weights + p * panel_floats(&plan));
            for (int i; (i = next_task(&tasks)) >= 0;)
                run_chunk(&plan, i, &buffers);
        }
        vector_stream_end();
    }
}

const CorrelationMethod winograd_correlation = {workspace_bytes, packed_floats, pack, run};
