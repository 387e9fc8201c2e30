/* The gradient of the weights by Winograd's method: with V the mapped inputs of a block, Z the
 * mapped gradient of its outputs and U the mapped weights, the products V * U have the gradient
 *
 *   d_U(c, k) = sum over blocks of V(c) * Z(k)      in each of the planes,
 *
 * and d_weights is d_U mapped back. Tiles and parts are those of direct_weights.c. */
#include "kernels/conv2d/method.h"
#include "kernels/conv2d/tile.h"
#include "kernels/conv2d/winograd_blocks.h"
#include "kernels/conv2d/winograd_maps.h"

/* A part costs as much as one more chunk: its sums are cleared and added. Parts beyond the first
 * take no more memory than this in all, and tasks are fewer than elsewhere. */
enum { PARTS_BYTES = 2 * 1024 * 1024, WEIGHTS_TASKS = 8 };

/* A pass, its cuts and the sizes of its buffers. */
typedef struct WinogradWeightsPlan {
    const Conv2DBackwardWeights *pass;
    const Correlation *layer;
    WinogradBlocks blocks;
    int panels, groups, parts;
    int rows;              /* channels in whole tiles */
    size_t sum_plane;      /* floats of one plane: all panels (rows, lanes) */
    size_t part;           /* floats of one part: all planes, and the bias */
    size_t d_output_plane; /* floats of one plane, a chunk's: a group's panels (blocks, lanes) */
} WinogradWeightsPlan;

static WinogradWeightsPlan plan_for(const Correlation *c, const Conv2DBackwardWeights *pass) {
    WinogradWeightsPlan plan = {pass, c, .blocks = cut_blocks(c, WEIGHTS_TASKS)};
    plan.panels = panel_count(c->filters);
    plan.rows = ceil_div(c->channels, TILE_ROWS) * TILE_ROWS;
    plan.sum_plane = (size_t)plan.rows * c->filters;
    size_t sums = plan.blocks.products * plan.sum_plane;
    plan.part = sums + c->filters;
    plan.parts = min_int(WEIGHTS_TASKS, plan.blocks.chunks.count);
    plan.parts = min_int(plan.parts, (int)(PARTS_BYTES / (sums * sizeof(float))) + 1);
    plan.groups = min_int(plan.panels, ceil_div(WEIGHTS_TASKS, plan.parts));
    int lanes = min_int(ceil_div(plan.panels, plan.groups) * PANEL_FLOATS, c->filters);
    plan.d_output_plane = (size_t)plan.blocks.most * lanes + PLANE_GAP;
    return plan;
}

/* The sums of all parts, which all threads share, and what a thread works with. */
typedef struct WinogradWeightsBuffers {
    float *parts;
    float *copy, *mapped, *d_mapped; /* of a chunk: its slab, and the planes */
} WinogradWeightsBuffers;

static WinogradWeightsBuffers take_buffers(const WinogradWeightsPlan *plan, Room *room) {
    WinogradWeightsBuffers buffers;
    int planes = plan->blocks.products;
    buffers.parts = take_shared(room, plan->parts * plan->part * sizeof(float));
    buffers.copy = take_own(room, plan->blocks.slab.floats * sizeof(float));
    buffers.mapped = take_own(room, planes * plan->blocks.plane * sizeof(float));
    buffers.d_mapped = take_own(room, planes * plan->d_output_plane * sizeof(float));
    return buffers;
}

static Room count_room(const WinogradWeightsPlan *plan) {
    Room room = {0};
    take_buffers(plan, &room);
    return room;
}

static size_t workspace_bytes(const Correlation *layer, int threads) {
    WinogradWeightsPlan plan = plan_for(layer, NULL);
    const Room counted = count_room(&plan);
    return room_bytes(&counted, threads);
}

/* Maps one vector of filters of the block at (y, x), zeros outside the map; returns its sum. */
ALWAYS_INLINE Vector map_block(int m, const WinogradWeightsPlan *plan, const float *image, int y,
                               int x, float *mapped) {
    const Correlation *c = plan->layer;
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
            vector_store(mapped + (n * i + j) * plan->d_output_plane, products[j]);
    }
    return sum;
}

/* Maps the filters of a chunk of d_outputs, panel by panel, and adds them to d_bias. */
static void map_d_outputs(const WinogradWeightsPlan *plan, Chunk chunk, Range filters,
                          const float *d_outputs, float *mapped, float *d_bias) {
    const Correlation *c = plan->layer;
    size_t image = (size_t)c->out_height * c->out_width * c->filters;
    int blocks = blocks_in(&plan->blocks, chunk), m = plan->blocks.outputs;
    for (int filter = filters.begin; filter < filters.end; filter += VECTOR_FLOATS) {
        Panel panel = nth_panel(c->filters, filter / PANEL_FLOATS);
        float *to = mapped + (size_t)blocks * (panel.first - filters.begin) + filter - panel.first;
        Vector sum = {0};
        for (int n = 0; n < chunk.images; n++) {
            const float *from = d_outputs + (chunk.image + n) * image + filter;
            for (int y = chunk.row * m; y < (chunk.row + chunk.rows) * m; y += m)
                for (int x = 0; x < plan->blocks.across * m; x += m, to += panel.lanes)
                    sum += m == 4 ? map_block(4, plan, from, y, x, to)
                                  : map_block(3, plan, from, y, x, to);
        }
        vector_store(d_bias + filter, vector_load(d_bias + filter) + sum);
    }
}

/* Adds the products of one plane of a chunk to the plane's sums over some panels. */
static void add_products(const WinogradWeightsPlan *plan, int blocks, Range panels,
                         const float *inputs, const float *d_outputs, float *sums) {
    const Correlation *c = plan->layer;
    const Run run = {.length = blocks};
    for (int index = panels.begin; index < panels.end; index++) {
        int vectors = nth_panel(c->filters, index).vectors;
        const float *factors = d_outputs + (size_t)blocks * (index - panels.begin) * PANEL_FLOATS;
        float *tile = sums + (size_t)plan->rows * index * PANEL_FLOATS;
        for (int channel = 0; channel < c->channels; channel += TILE_ROWS) {
            const float *rows[TILE_ROWS];
            for (int i = 0; i < TILE_ROWS; i++)
                rows[i] = inputs + min_int(channel + i, c->channels - 1);
            outer_product(vectors, (Vector *)tile, rows, c->channels, factors, vectors, &run, 1);
            tile += TILE_ROWS * vectors * VECTOR_FLOATS;
        }
    }
}

/* One chunk: adds to the part's sums and d_bias of some panels, and fetches the next chunk. */
static void add_chunk(const WinogradWeightsPlan *plan, const WinogradWeightsBuffers *buffers,
                      int index, Range panels, float *part) {
    const Correlation *c = plan->layer;
    const WinogradBlocks *blocks = &plan->blocks;
    Chunk chunk = nth_chunk(&blocks->chunks, index);
    Range filters = {panels.begin * PANEL_FLOATS, min_int(panels.end * PANEL_FLOATS, c->filters)};
    SlabSource source = whole_source(c, &blocks->slab, plan->pass->prologue, plan->pass->inputs);
    map_inputs(blocks, &source, chunk, buffers->copy, buffers->mapped);
    map_d_outputs(plan, chunk, filters, plan->pass->d_outputs, buffers->d_mapped,
                  part + blocks->products * plan->sum_plane);
    Ahead ahead = chunk_ahead(blocks, index + 1, plan->pass->inputs, c->height,
                              (size_t)c->width * c->channels);
    Ahead d_ahead = chunk_ahead(blocks, index + 1, plan->pass->d_outputs, c->out_height,
                                (size_t)c->out_width * c->filters);
    for (int p = 0; p < blocks->products; p++) {
        fetch_piece(ahead, p, blocks->products);
        fetch_piece(d_ahead, p, blocks->products);
        add_products(plan, blocks_in(blocks, chunk), panels, buffers->mapped + p * blocks->plane,
                     buffers->d_mapped + p * plan->d_output_plane, part + p * plan->sum_plane);
    }
}

/* One task: a part's chunks and a group of panels, whose sums and d_bias begin with zeros. */
static void run_task(const WinogradWeightsPlan *plan, const WinogradWeightsBuffers *buffers,
                     int task) {
    int number = task / plan->groups;
    Range panels = share(plan->panels, plan->groups, task % plan->groups);
    Range chunks = share(plan->blocks.chunks.count, plan->parts, number);
    int first = panels.begin * PANEL_FLOATS;
    int filters = min_int(panels.end * PANEL_FLOATS, plan->layer->filters) - first;
    float *part = buffers->parts + number * plan->part;
    for (int p = 0; p < plan->blocks.products; p++)
        memset(part + p * plan->sum_plane + (size_t)plan->rows * first, 0,
               (size_t)plan->rows * filters * sizeof *part);
    memset(part + plan->blocks.products * plan->sum_plane + first, 0, filters * sizeof *part);
    for (int i = chunks.begin; i < chunks.end; i++)
        add_chunk(plan, buffers, i, panels, part);
}

/* Maps the sums of one channel and one vector of filters back to nine taps. */
ALWAYS_INLINE void map_sums(int m, const WinogradWeightsPlan *plan, const float *sums,
                            float *d_weights) {
    const Correlation *c = plan->layer;
    const int n = m + WINOGRAD_TAPS - 1;
    Vector products[WINOGRAD_MOST_PRODUCTS], half[WINOGRAD_MOST_PRODUCTS], taps[3 * 3];
    for (int p = 0; p < n * n; p++) {
        products[p] = vector_load(sums + p * plan->sum_plane);
        for (int part = 1; part < plan->parts; part++)
            products[p] += vector_load(sums + part * plan->part + p * plan->sum_plane);
    }
    for (int j = 0; j < n; j++)
        winograd_d_taps(m, products + j, half + j, n);
    for (int i = 0; i < 3; i++)
        winograd_d_taps(m, half + n * i, taps + 3 * i, 1);
    for (int t = 0; t < 9; t++)
        vector_store(d_weights + (size_t)t * c->channels * c->filters, taps[t]);
}

/* Adds the parts' sums of one channel in order and maps them back to d_weights. */
static void add_parts(const WinogradWeightsPlan *plan, int channel, const float *parts,
                      float *d_weights) {
    const Correlation *c = plan->layer;
    for (int filter = 0; filter < c->filters; filter += VECTOR_FLOATS) {
        Panel panel = nth_panel(c->filters, filter / PANEL_FLOATS);
        const float *from =
            parts + (size_t)plan->rows * panel.first + channel * panel.lanes + filter - panel.first;
        float *to = d_weights + (size_t)channel * c->filters + filter;
        if (plan->blocks.outputs == 4)
            map_sums(4, plan, from, to);
        else
            map_sums(3, plan, from, to);
    }
}

static void run(const Correlation *c, const Conv2DBackwardWeights *pass, void *workspace) {
    const WinogradWeightsPlan plan = plan_for(c, pass);
    const Room counted = count_room(&plan);
#pragma omp parallel
    {
        Room room = room_of_thread(&counted, workspace);
        const WinogradWeightsBuffers buffers = take_buffers(&plan, &room);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan.parts * plan.groups; task++)
            run_task(&plan, &buffers, task);
#pragma omp for schedule(static)
        for (int channel = 0; channel < c->channels; channel++)
            add_parts(&plan, channel, buffers.parts, pass->d_weights);
#pragma omp for schedule(static)
        for (int k = 0; k < (pass->d_bias ? c->filters : 0); k++) {
            const float *d_bias = buffers.parts + plan.blocks.products * plan.sum_plane + k;
            pass->d_bias[k] = 0;
            for (int part = 0; part < plan.parts; part++)
                pass->d_bias[k] += d_bias[part * plan.part];
        }
    }
}

const WeightsMethod winograd_weights = {workspace_bytes, run};
