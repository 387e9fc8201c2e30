/* Correlations by direct sums, chunk by chunk: a thread copies a chunk of the source into its slab,
 * lists the chunk's pixels in tiles of TILE_ROWS, and runs every tile against every panel of
 * weights.
 *
 * What all tasks read is packed first, what one task reads by that task: many chunks share the
 * panels of weights; a single chunk, of one image in inference, is shared by all panels. */
#include "kernels/conv2d/method.h"
#include "kernels/conv2d/pack.h"
#include "kernels/conv2d/tile.h"

/* A slab and its outputs stay in the second-level cache, and so do the panels that a tile meets
 * before the next one. The larger chunks of small maps pay by the taps they leave out. */
enum {
    SLAB_BYTES = 256 * 1024,
    PANELS_BYTES = 128 * 1024,
    WHOLE_BYTES = 1024 * 1024,
    SMALL_MAPS_BYTES = 4 * 1024 * 1024,
};

/* Maps of no more positions are tiled by place. */
enum { SMALL_MAP = 16 * 16 };

/* Maps of few tiles, the last of them partly empty, are tiled together. */
enum { FEW_TILES = 8, TILED_MAPS = 3 };

/* Tiles hold pixels by address, so they run on across the ends of rows and images. In a chunk of
 * many images the pixels of a tile are the same place of consecutive images: all of them see the
 * same taps inside the image, and the others are left out. In small maps that saves much: 5 of 9
 * taps of every pixel in 2 x 2. */
typedef struct PixelTile {
    int count;                      /* pixels; the rest repeat the last one */
    int row, end_row, col, end_col; /* the taps that any of them needs */
    int source[TILE_ROWS];          /* where tap (0, 0) of each lies in the slab */
    size_t target[TILE_ROWS];       /* where each begins after the chunk's first row */
} PixelTile;

/* A job, its cuts and the sizes of its buffers. */
typedef struct DirectPlan {
    const CorrelationJob *job;
    Chunks chunks;
    Slab slab;
    int groups;      /* tasks that share out the panels of one chunk */
    int tiles;       /* at most, in one chunk */
    size_t weights;  /* floats of all packed panels */
    bool is_alike;   /* each pixel has one tap inside the image: full chunks have the same tiles */
    bool packs_late; /* each task packs its own panels */
} DirectPlan;

/* Whether the correlation's maps are tiled by place where a chunk has images enough. */
static bool tiles_by_place(const Correlation *c) {
    return c->rows * c->cols > 1 && c->out_height * c->out_width <= SMALL_MAP;
}

/* How many positions of a map a chunk may have. Images that take less memory than the weights are
 * one chunk: each weight is then read once. */
static int chunk_positions(const Correlation *c, int map, size_t weights) {
    size_t images = (size_t)c->batch * c->height * c->width * c->channels;
    size_t pixel = ((size_t)c->channels * c->step * c->step + c->filters) * sizeof(float);
    int positions = max_int(1, (int)(SLAB_BYTES / pixel));
    if (images < weights && images * sizeof(float) <= WHOLE_BYTES)
        return c->batch * map;
    if (map < FEW_TILES * TILE_ROWS && map % TILE_ROWS != 0)
        positions = max_int(positions, TILED_MAPS * map);
    if (!tiles_by_place(c))
        return positions;
    return max_int(positions, min_int(TILE_ROWS * map, (int)(SMALL_MAPS_BYTES / pixel)));
}

static DirectPlan plan_for(const CorrelationJob *job) {
    DirectPlan plan = {.job = job};
    const Correlation *first = job->items, *end = first + job->count;
    int height = 0, width = 0;
    for (const Correlation *c = first; c < end; c++) {
        height = max_int(height, c->out_height);
        width = max_int(width, c->out_width);
        plan.weights += packed_weights(c, panel_count(c->filters));
    }
    plan.chunks = cut_batch(first->batch, height, width,
                            chunk_positions(first, height * width, plan.weights));
    plan.slab = slab_for(first, job->count, &plan.chunks);
    plan.is_alike = job->count == 1 && first->rows * first->cols == 1 &&
                    first->height == first->out_height && first->width == first->out_width &&
                    plan.slab.height == plan.chunks.rows && plan.slab.width == first->width;
    plan.packs_late = plan.chunks.count == 1 && !job->packed;
    plan.groups = min_int(panel_count(first->filters), ceil_div(WANTED_TASKS, plan.chunks.count));
    for (const Correlation *c = first; c < end; c++)
        plan.tiles +=
            max_int(1, ceil_div(plan.chunks.images * plan.chunks.rows * c->out_width, TILE_ROWS));
    return plan;
}

/* What a thread works with. From task to task it keeps the tiles: full chunks of whole images share
 * them, and without padding all full chunks do. */
typedef struct DirectBuffers {
    float *weights, *slab;
    PixelTile *tiles;
    int *counts;  /* of tiles, by correlation */
    Chunk listed; /* the chunk of the tiles */
} DirectBuffers;

static DirectBuffers take_buffers(const DirectPlan *plan, Room *room) {
    DirectBuffers buffers = {0};
    size_t slab = plan->slab.floats * sizeof(float);
    buffers.weights = take_shared(room, plan->weights * sizeof(float));
    buffers.slab = plan->chunks.count == 1 ? take_shared(room, slab) : take_own(room, slab);
    buffers.tiles = take_own(room, plan->tiles * sizeof(PixelTile));
    buffers.counts = take_own(room, plan->job->count * sizeof(int));
    return buffers;
}

static Room count_room(const DirectPlan *plan) {
    Room room = {0};
    take_buffers(plan, &room);
    return room;
}

static size_t workspace_bytes(const CorrelationJob *job, int threads) {
    DirectPlan plan = plan_for(job);
    const Room counted = count_room(&plan);
    return room_bytes(&counted, threads);
}

/* A position of the target: an image of the chunk, and a row and a column of the map. */
typedef struct Position {
    int image, row, col;
} Position;

static void add_pixel(PixelTile *tile, const DirectPlan *plan, const Correlation *c, Chunk chunk,
                      Position position) {
    const Slab *slab = &plan->slab;
    int n = position.image, y = position.row, x = position.col;
    int top = c->top - y * c->step, left = c->left - x * c->step;
    int slab_y = (y - chunk.row) * c->step + slab->top - c->top;
    int slab_x = x * c->step + slab->left - c->left;
    size_t target_y = (size_t)n * c->target_height + c->target_row + (y - chunk.row) * c->spacing;
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
static int list_tiles(const DirectPlan *plan, const Correlation *c, Chunk chunk, PixelTile *tiles) {
    bool by_place = chunk.images >= TILE_ROWS && tiles_by_place(c);
    int outer = by_place ? 1 : chunk.images, inner = by_place ? chunk.images : 1;
    int end = min_int(chunk.row + chunk.rows, c->out_height);
    const PixelTile empty = {.row = c->rows, .col = c->cols};
    PixelTile *tile = tiles;
    *tile = empty;
    for (int i = 0; i < outer; i++)
        for (int y = chunk.row; y < end; y++)
            for (int x = 0; x < c->out_width; x++)
                for (int j = 0; j < inner; j++) {
                    if (tile->count == TILE_ROWS)
                        *++tile = empty;
                    add_pixel(tile, plan, c, chunk, (Position){i + j, y, x});
                }
    for (int i = tile->count; tile->count > 0 && i < TILE_ROWS; i++) {
        tile->source[i] = tile->source[i - 1];
        tile->target[i] = tile->target[i - 1];
    }
    return (int)(tile - tiles) + (tile->count > 0);
}

static void list_chunk(const DirectPlan *plan, Chunk chunk, DirectBuffers *buffers) {
    const CorrelationJob *job = plan->job;
    bool same_row = plan->is_alike || chunk.row == buffers->listed.row;
    if (same_row && chunk.images == buffers->listed.images && chunk.rows == buffers->listed.rows)
        return;
    PixelTile *tiles = buffers->tiles;
    for (int i = 0; i < job->count; i++) {
        buffers->counts[i] = list_tiles(plan, job->items + i, chunk, tiles);
        tiles += max_int(1, buffers->counts[i]);
    }
    buffers->listed = chunk;
}

/* One correlation of a chunk. */
typedef struct DirectWork {
    const DirectPlan *plan;
    const Correlation *correlation;
    const float *pixels, *weights; /* the chunk's slab, the correlation's packed weights */
    const float *addend;           /* at the chunk's first row, or NULL */
    float *target;                 /* at the same place */
} DirectWork;

/* The sums of the panel's filters begin with the bias and the addend. The panel is a constant, but
 * for `first`, where this and the next one are called for a full panel. */
ALWAYS_INLINE void begin_sums(const DirectWork *work, const PixelTile *tile, Panel panel,
                              Vector *sums) {
    const float *biases = work->plan->job->bias, *addend = work->addend;
    for (int v = 0; v < panel.vectors; v++) {
        int at = panel.first + v * VECTOR_FLOATS, lanes = panel.filters - v * VECTOR_FLOATS;
        Vector bias = {0};
        if (biases)
            bias = vector_load_first(biases + at, lanes);
        for (int i = 0; i < TILE_ROWS; i++)
            sums[i * panel.vectors + v] = bias;
        for (int i = 0; addend && i < TILE_ROWS; i++)
            sums[i * panel.vectors + v] += vector_load_first(addend + tile->target[i] + at, lanes);
    }
}

ALWAYS_INLINE void store_sums(const PixelTile *tile, Panel panel, const Vector *sums,
                              float *target) {
    for (int i = 0; i < TILE_ROWS && i < tile->count; i++)
        for (int v = 0; v < panel.vectors; v++)
            vector_store_first(target + tile->target[i] + panel.first + v * VECTOR_FLOATS,
                               sums[i * panel.vectors + v], panel.filters - v * VECTOR_FLOATS);
}

/* The same for a whole panel, past the caches. */
static inline void stream_sums(const PixelTile *tile, int first, const Vector *sums,
                               float *target) {
    for (int i = 0; i < tile->count; i++)
        for (int v = 0; v < TILE_VECTORS; v++)
            vector_stream(target + tile->target[i] + first + v * VECTOR_FLOATS,
                          sums[i * TILE_VECTORS + v]);
}

/* The sums of one tile over panel number `index`. */
static void run_tile(const DirectWork *work, const PixelTile *tile, int index) {
    const Correlation *c = work->correlation;
    const Panel panel = nth_panel(c->filters, index);
    const Panel full = {panel.first, PANEL_FLOATS, TILE_VECTORS, PANEL_FLOATS};
    const float *rows[TILE_ROWS], *weights = work->weights + packed_weights(c, index);
    Vector sums[TILE_ROWS * TILE_VECTORS];
    Run runs[c->rows + 1];
    int count = 0, length = max_int(0, tile->end_col - tile->col) * c->channels;
    for (int r = tile->row; r < tile->end_row; r++)
        runs[count++] = (Run){.row = (r * work->plan->slab.width + tile->col) * c->channels,
                              .panel = (r * c->cols + tile->col) * c->channels * panel.lanes,
                              .length = length};
    for (int i = 0; i < TILE_ROWS; i++)
        rows[i] = work->pixels + tile->source[i];
    if (panel.filters == PANEL_FLOATS) {
        begin_sums(work, tile, full, sums);
        outer_product(TILE_VECTORS, sums, rows, 1, weights, TILE_VECTORS, runs, count);
        if (work->plan->job->streams)
            stream_sums(tile, panel.first, sums, work->target);
        else
            store_sums(tile, full, sums, work->target);
    } else {
        begin_sums(work, tile, panel, sums);
        outer_product(panel.vectors, sums, rows, 1, weights, panel.vectors, runs, count);
        store_sums(tile, panel, sums, work->target);
    }
}

static Ahead panels_ahead(const DirectWork *work, int first, int end) {
    size_t begin = packed_weights(work->correlation, first);
    size_t floats = packed_weights(work->correlation, end) - begin;
    return (Ahead){(const char *)(work->weights + begin), floats * sizeof(float)};
}

/* All tiles of one correlation against some of its panels, a few at a time. */
static void run_panels(const DirectWork *work, Range panels, const PixelTile *tiles, int count,
                       float *late_weights) {
    const Correlation *c = work->correlation;
    int few = max_int(1, (int)(PANELS_BYTES / (packed_weights(c, 1) * sizeof(float) + 1)));
    for (int p = panels.begin; p < panels.end; p += few) {
        int stop = min_int(p + few, panels.end);
        for (int q = p; late_weights && q < stop; q++)
            pack_weights(c, work->plan->job->weights, q, late_weights + packed_weights(c, q));
        Ahead ahead = panels_ahead(work, stop, min_int(stop + few, panels.end));
        for (int t = 0; t < count; t++) {
            if (!late_weights)
                fetch_piece(ahead, t, count);
            for (int q = p; q < stop; q++)
                run_tile(work, tiles + t, q);
        }
    }
}

/* One task: a chunk against its share of the panels. */
static void run_task(const DirectPlan *plan, int task, DirectBuffers *buffers) {
    const CorrelationJob *job = plan->job;
    const Correlation *first = job->items, *end = first + job->count;
    Chunk chunk = nth_chunk(&plan->chunks, task / plan->groups);
    int panel_total = panel_count(first->filters);
    Range panels = share(panel_total, plan->groups, task % plan->groups);
    size_t row = (size_t)chunk.image * first->target_height + (size_t)chunk.row * first->spacing;
    size_t target = row * first->target_width * first->filters, weights = 0;
    DirectWork work = {.plan = plan,
                       .pixels = buffers->slab,
                       .addend = job->addend ? job->addend + target : NULL,
                       .target = job->target + target};
    SlabSource source = whole_source(first, &plan->slab, job->prologue, job->source);
    if (plan->chunks.count > 1)
        pack_slab(&source, chunk, buffers->slab);
    list_chunk(plan, chunk, buffers);
    const PixelTile *tiles = buffers->tiles;
    for (const Correlation *c = first; c < end; c++) {
        int count = buffers->counts[c - first];
        work.correlation = c;
        work.weights = (job->packed ? job->packed : buffers->weights) + weights;
        run_panels(&work, panels, tiles, count,
                   plan->packs_late ? buffers->weights + weights : NULL);
        weights += packed_weights(c, panel_total);
        tiles += max_int(1, count);
    }
}

/* Panel number `panel` of every correlation. */
static void pack_panel(const CorrelationJob *job, int panel, float *packed) {
    for (const Correlation *c = job->items; c < job->items + job->count; c++) {
        pack_weights(c, job->weights, panel, packed + packed_weights(c, panel));
        packed += packed_weights(c, panel_count(c->filters));
    }
}

static size_t packed_floats(const CorrelationJob *job) {
    return plan_for(job).weights;
}

static void pack(const CorrelationJob *job, float *packed, void *workspace) {
    (void)workspace;
#pragma omp parallel for schedule(static)
    for (int p = 0; p < panel_count(job->items->filters); p++)
        pack_panel(job, p, packed);
}

static void run(const CorrelationJob *job, void *workspace) {
    const DirectPlan plan = plan_for(job);
    const Room counted = count_room(&plan);
    bool shares_slab = plan.chunks.count == 1, packs_first = !plan.packs_late && !job->packed;
    Chunk chunk = nth_chunk(&plan.chunks, 0);
    SlabSource source = whole_source(job->items, &plan.slab, job->prologue, job->source);
    Tasks tasks = tasks_make(plan.chunks.count * plan.groups);
#pragma omp parallel
    {
        Room room = room_of_thread(&counted, workspace);
        DirectBuffers buffers = take_buffers(&plan, &room);
#pragma omp for schedule(static)
        for (int line = 0; line < (shares_slab ? slab_lines(&plan.slab, chunk) : 0); line++)
            pack_slab_line(&source, chunk, line, buffers.slab);
        if (packs_first) {
#pragma omp for schedule(static)
            for (int p = 0; p < panel_count(job->items->filters); p++)
                pack_panel(job, p, buffers.weights);
        }
        for (int task; (task = next_task(&tasks)) >= 0;)
            run_task(&plan, task, &buffers);
        vector_stream_end();
    }
}

const CorrelationMethod direct_correlation = {workspace_bytes, packed_floats, pack, run};
