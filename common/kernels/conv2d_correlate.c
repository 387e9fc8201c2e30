/* Correlations, chunk by chunk: a thread copies a chunk of the source into its slab, lists the
 * chunk's pixels in tiles of TILE_ROWS, and runs every tile against every panel of weights.
 *
 * Tiles hold pixels by address, so they run on across the ends of rows and images. In a chunk of
 * many images the tile's pixels are the same place of consecutive images: all of them see the same
 * taps inside the image, and the others are left out. In small maps that saves much: 5 of 9 taps
 * of every pixel in 2 x 2. */
#include "kernels/conv2d_correlate.h"

#include <omp.h>

#include "kernels/conv2d_winograd.h"

/* A slab and its outputs stay in the second-level cache, and so do the panels that a tile meets
 * before the next one. The larger chunks of small maps pay by the taps they leave out. */
enum {
    SLAB_BYTES = 256 * 1024,
    BLOCK_BYTES = 128 * 1024,
    SMALL_MAP = 16 * 16,
    SMALL_MAPS_BYTES = 4 * 1024 * 1024,
};

typedef struct Tile {
    int count;                      /* pixels; the rest repeat the last one */
    int row, end_row, col, end_col; /* the taps that any of them needs */
    int source[TILE_ROWS];          /* where tap (0, 0) of each lies in the slab */
    size_t target[TILE_ROWS];       /* where each begins in the chunk's targets */
} Tile;

/* The cuts of a set of correlations, and the sizes of its buffers. */
typedef struct Plan {
    Chunks chunks;
    Slab slab;
    int groups;     /* tasks that share out the panels of one chunk */
    int tiles;      /* at most, of one correlation in one chunk */
    size_t weights; /* floats of all packed panels */
} Plan;

/* How many positions a chunk may have. */
static int chunk_positions(const Correlation *c, int map) {
    size_t pixel = ((size_t)c->channels * c->step * c->step + c->filters) * sizeof(float);
    int positions = max_int(1, (int)(SLAB_BYTES / pixel));
    if (map > SMALL_MAP)
        return positions;
    return max_int(positions, min_int(TILE_ROWS * map, (int)(SMALL_MAPS_BYTES / pixel)));
}

static Plan plan_for(const CorrelationSet *set) {
    Plan plan = {0};
    const Correlation *first = set->items;
    int height = 0, width = 0;
    for (const Correlation *c = first; c < first + set->count; c++) {
        height = max_int(height, c->out_height);
        width = max_int(width, c->out_width);
        plan.weights += packed_weights(c, panel_count(c->filters));
    }
    plan.chunks = cut_batch(set->batch, height, width, chunk_positions(first, height * width));
    plan.slab = slab_for(first, set->count, &plan.chunks);
    plan.groups = min_int(panel_count(first->filters), ceil_div(WANTED_TASKS, plan.chunks.count));
    for (const Correlation *c = first; c < first + set->count; c++)
        plan.tiles +=
            max_int(1, ceil_div(plan.chunks.images * plan.chunks.rows * c->out_width, TILE_ROWS));
    return plan;
}

static size_t thread_bytes(const CorrelationSet *set, const Plan *plan) {
    return whole_lines(plan->slab.floats * sizeof(float)) +
           whole_lines(plan->tiles * sizeof(Tile)) + whole_lines(set->count * sizeof(int));
}

size_t correlate_workspace(const CorrelationSet *set, int threads) {
    if (winograd_pays(set->items, set->batch))
        return winograd_workspace(set->items, set->batch, threads);
    Plan plan = plan_for(set);
    return whole_lines(1) + whole_lines(plan.weights * sizeof(float)) +
           threads * thread_bytes(set, &plan);
}

/* Adds position (y, x) of image n of the chunk to the tile. */
static void add_pixel(Tile *tile, const Correlation *c, const Slab *slab, Chunk chunk, int n, int y,
                      int x) {
    int top = c->top - y * c->step, left = c->left - x * c->step;
    int slab_y = (y - chunk.row) * c->step + slab->top - c->top;
    int slab_x = x * c->step + slab->left - c->left;
    size_t target_y = (size_t)n * c->target_height + c->target_row + y * c->spacing;
    size_t target_x = c->target_col + x * c->spacing;
    int i = tile->count++;
    tile->source[i] = ((n * slab->height + slab_y) * slab->width + slab_x) * c->channels;
    tile->target[i] = (target_y * c->target_width + target_x) * c->filters;
    tile->row = min_int(tile->row, max_int(0, top));
    tile->col = min_int(tile->col, max_int(0, left));
    tile->end_row = max_int(tile->end_row, min_int(c->rows, c->height + top));
    tile->end_col = max_int(tile->end_col, min_int(c->cols, c->width + left));
}

/* Lists the chunk's pixels; returns the number of tiles. */
static int list_tiles(const Correlation *c, const Slab *slab, Chunk chunk, Tile *tiles) {
    bool by_place = chunk.images >= TILE_ROWS && c->out_height * c->out_width <= SMALL_MAP;
    int outer = by_place ? 1 : chunk.images, inner = by_place ? chunk.images : 1;
    int end = min_int(chunk.row + chunk.rows, c->out_height);
    const Tile empty = {.row = c->rows, .col = c->cols};
    Tile *tile = tiles;
    *tile = empty;
    for (int i = 0; i < outer; i++)
        for (int y = chunk.row; y < end; y++)
            for (int x = 0; x < c->out_width; x++)
                for (int j = 0; j < inner; j++) {
                    if (tile->count == TILE_ROWS)
                        *++tile = empty;
                    add_pixel(tile, c, slab, chunk, i + j, y, x);
                }
    for (int i = tile->count; tile->count > 0 && i < TILE_ROWS; i++) {
        tile->source[i] = tile->source[i - 1];
        tile->target[i] = tile->target[i - 1];
    }
    return (int)(tile - tiles) + (tile->count > 0);
}

/* The sums of `lanes` filters from number `first` on begin with the bias and the addend. */
static void begin_sums(const Tile *tile, int vectors, int lanes, int first, Epilogue epilogue,
                       Vector *sums) {
    for (int v = 0; v < vectors; v++) {
        int at = first + v * VECTOR_FLOATS, there = lanes - v * VECTOR_FLOATS;
        Vector bias = {0};
        if (epilogue.bias)
            bias = vector_load_first(epilogue.bias + at, there);
        for (int i = 0; i < TILE_ROWS; i++)
            sums[i * vectors + v] = bias;
        for (int i = 0; epilogue.addend && i < TILE_ROWS; i++)
            sums[i * vectors + v] +=
                vector_load_first(epilogue.addend + tile->target[i] + at, there);
    }
}

static void store_sums(const Tile *tile, int vectors, int lanes, int first, float *target,
                       const Vector *sums) {
    for (int i = 0; i < tile->count; i++)
        for (int v = 0; v < vectors; v++)
            vector_store_first(target + tile->target[i] + first + v * VECTOR_FLOATS,
                               sums[i * vectors + v], lanes - v * VECTOR_FLOATS);
}

static void run_tile(const Correlation *c, const Slab *slab, const Tile *tile, const float *packed,
                     const float *panel, int first, Epilogue epilogue) {
    int vectors = panel_vectors(c->filters, first), width = vectors * VECTOR_FLOATS;
    int lanes = min_int(width, c->filters - first);
    const float *rows[TILE_ROWS];
    Run runs[c->rows + 1];
    int count = 0, length = max_int(0, tile->end_col - tile->col) * c->channels;
    for (int r = tile->row; r < tile->end_row; r++)
        runs[count++] = (Run){.row = (r * slab->width + tile->col) * c->channels,
                              .panel = (r * c->cols + tile->col) * c->channels * width,
                              .length = length};
    for (int i = 0; i < TILE_ROWS; i++)
        rows[i] = packed + tile->source[i];
    Vector sums[TILE_ROWS * TILE_VECTORS];
    begin_sums(tile, vectors, lanes, first, epilogue, sums);
    outer_product(vectors, sums, rows, 1, panel, runs, count);
    store_sums(tile, vectors, lanes, first, epilogue.target, sums);
}

/* What a thread keeps from task to task: full chunks of whole images share their tiles. */
typedef struct Worker {
    float *slab;
    Tile *tiles;
    int *counts; /* of tiles, by correlation */
    Chunk listed;
} Worker;

static Worker new_worker(const CorrelationSet *set, const Plan *plan, char *workspace) {
    return (Worker){
        .slab = take_bytes(&workspace, plan->slab.floats * sizeof(float)),
        .tiles = take_bytes(&workspace, plan->tiles * sizeof(Tile)),
        .counts = take_bytes(&workspace, set->count * sizeof(int)),
    };
}

static void list_chunk(const CorrelationSet *set, const Plan *plan, Chunk chunk, Worker *worker) {
    if (chunk.images == worker->listed.images && chunk.row == worker->listed.row &&
        chunk.rows == worker->listed.rows)
        return;
    Tile *tiles = worker->tiles;
    for (int i = 0; i < set->count; i++) {
        worker->counts[i] = list_tiles(set->items + i, &plan->slab, chunk, tiles);
        tiles += max_int(1, worker->counts[i]);
    }
    worker->listed = chunk;
}

/* One task: a chunk against its share of the panels. */
static void run_task(const CorrelationSet *set, const Plan *plan, int task, const float *weights,
                     Conv2DPrologue prologue, const float *source, Epilogue epilogue,
                     Worker *worker) {
    const Correlation *first = set->items;
    Chunk chunk = nth_chunk(&plan->chunks, task / plan->groups);
    int group = task % plan->groups, panels = panel_count(first->filters);
    int begin = group * panels / plan->groups, end = (group + 1) * panels / plan->groups;
    size_t image = (size_t)first->target_height * first->target_width * first->filters;
    epilogue.target += chunk.image * image;
    if (epilogue.addend)
        epilogue.addend += chunk.image * image;
    pack_slab(first, &plan->slab, chunk, all_channels(first), prologue, source, worker->slab);
    list_chunk(set, plan, chunk, worker);
    const Tile *tiles = worker->tiles;
    for (int i = 0; i < set->count; i++) {
        const Correlation *c = first + i;
        int block = max_int(1, (int)(BLOCK_BYTES / (packed_weights(c, 1) * sizeof(float) + 1)));
        for (int p = begin; p < end; p += block)
            for (int t = 0; t < worker->counts[i]; t++)
                for (int q = p; q < min_int(p + block, end); q++)
                    run_tile(c, &plan->slab, tiles + t, worker->slab,
                             weights + packed_weights(c, q), q * PANEL_FLOATS, epilogue);
        weights += packed_weights(c, panels);
        tiles += max_int(1, worker->counts[i]);
    }
}

void correlate(const CorrelationSet *set, KernelView view, Conv2DPrologue prologue,
               const float *source, Epilogue epilogue, void *workspace) {
    if (winograd_pays(set->items, set->batch)) {
        winograd_correlate(set->items, set->batch, view, prologue, source, epilogue, workspace);
        return;
    }
    Plan plan = plan_for(set);
    char *rest = workspace;
    float *weights = take_bytes(&rest, plan.weights * sizeof *weights);
    rest = take_bytes(&rest, 0);
    int panels = panel_count(set->items[0].filters);
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (int p = 0; p < panels; p++) {
            float *packed = weights;
            for (const Correlation *c = set->items; c < set->items + set->count; c++) {
                pack_weights(c, view, p, packed + packed_weights(c, p));
                packed += packed_weights(c, panels);
            }
        }
        size_t mine = omp_get_thread_num() * thread_bytes(set, &plan);
        Worker worker = new_worker(set, &plan, rest + mine);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan.chunks.count * plan.groups; task++)
            run_task(set, &plan, task, weights, prologue, source, epilogue, &worker);
    }
}
