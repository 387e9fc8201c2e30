/* Correlations, chunk by chunk: a thread copies a chunk of the source into its slab, lists the
 * chunk's pixels in tiles of TILE_ROWS, and runs every tile against every panel of weights.
 *
 * What all tasks read is packed first, what one task reads by that task: many chunks share the
 * panels of weights; a single chunk, of one image in inference, is shared by all panels. */
#include "kernels/conv2d_correlate.h"

#include <omp.h>
#include <stdint.h>

#include "kernels/conv2d_pixels.h"
#include "kernels/conv2d_winograd.h"

/* A slab and its outputs stay in the second-level cache, and so do the panels that a tile meets
 * before the next one. The larger chunks of small maps pay by the taps they leave out. */
enum {
    SLAB_BYTES = 256 * 1024,
    BLOCK_BYTES = 128 * 1024,
    WHOLE_BYTES = 1024 * 1024,
    SMALL_MAPS_BYTES = 4 * 1024 * 1024,
    CACHED_BYTES = 4 * 1024 * 1024,
    STREAMED_BYTES = 8 * 1024 * 1024,
};

/* Maps of few tiles, the last of them partly empty, are tiled together. */
enum { FEW_TILES = 8, TILED_MAPS = 3 };

/* The cuts of a set of correlations, and the sizes of its buffers. */
typedef struct Plan {
    Chunks chunks;
    Slab slab;
    int groups;     /* tasks that share out the panels of one chunk */
    int tiles;      /* at most, of one correlation in one chunk */
    size_t weights; /* floats of all packed panels */
    bool is_copy;   /* every pixel has one tap, and none is padding: the slab is a mere copy */
} Plan;

/* How many positions of a map a chunk may have. Few images that so many weights outweigh are one
 * chunk: each weight is then read once. */
static int chunk_positions(const CorrelationSet *set, int map, size_t weights) {
    const Correlation *c = set->items;
    size_t images = (size_t)set->batch * c->height * c->width * c->channels;
    size_t pixel = ((size_t)c->channels * c->step * c->step + c->filters) * sizeof(float);
    int positions = max_int(1, (int)(SLAB_BYTES / pixel));
    if (images < weights && images * sizeof(float) <= WHOLE_BYTES)
        return set->batch * map;
    if (map < FEW_TILES * TILE_ROWS && map % TILE_ROWS != 0)
        positions = max_int(positions, TILED_MAPS * map);
    if (!tiles_by_place(c))
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
    plan.chunks =
        cut_batch(set->batch, height, width, chunk_positions(set, height * width, plan.weights));
    plan.slab = slab_for(first, set->count, &plan.chunks);
    plan.is_copy = set->count == 1 && first->rows * first->cols == 1 &&
                   first->height == first->out_height && first->width == first->out_width &&
                   plan.slab.height == plan.chunks.rows && plan.slab.width == first->width;
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

/* What a thread keeps from task to task: full chunks of whole images share their tiles, and without
 * padding all full chunks do. */
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
    bool same_row = plan->is_copy || chunk.row == worker->listed.row;
    if (same_row && chunk.images == worker->listed.images && chunk.rows == worker->listed.rows)
        return;
    Tile *tiles = worker->tiles;
    for (int i = 0; i < set->count; i++) {
        worker->counts[i] = list_tiles(set->items + i, &plan->slab, chunk, tiles);
        tiles += max_int(1, worker->counts[i]);
    }
    worker->listed = chunk;
}

/* A mere copy of what a cache holds is left out: the source is read in its place. What comes from
 * memory comes faster through a copy, whose reads can be foreseen. */
static bool reads_in_place(const CorrelationSet *set, const Plan *plan, Conv2DPrologue prologue) {
    const Correlation *c = set->items;
    size_t floats = (size_t)set->batch * c->source_height * c->source_width * c->channels;
    return plan->is_copy && !prologue.scale && c->skip == 1 &&
           floats * sizeof(float) <= CACHED_BYTES;
}

/* What the tasks have in common. */
typedef struct Job {
    const CorrelationSet *set;
    Plan plan;
    bool packs_late; /* each task its own panels */
    KernelView view;
    Conv2DPrologue prologue;
    const float *source;
    Epilogue epilogue;
    float *weights;     /* the workspace's, unless the set has packed ones */
    float *shared_slab; /* NULL: each task packs its own */
} Job;

static bool has_one_chunk(const Plan *plan) {
    return plan->chunks.count == 1;
}

static const float *slab_of(const Job *job, Chunk chunk, Worker *worker) {
    const Correlation *first = job->set->items;
    size_t row = (size_t)chunk.image * first->source_height + chunk.row;
    if (reads_in_place(job->set, &job->plan, job->prologue))
        return job->source + row * first->source_width * first->channels;
    if (job->shared_slab)
        return job->shared_slab;
    pack_slab(first, &job->plan.slab, chunk, all_channels(first), job->prologue, job->source,
              worker->slab);
    return worker->slab;
}

/* All tiles of one correlation against its panels from begin to before end, a few at a time. Its
 * packed weights begin at `weights`. */
static void run_panels(const Job *job, const Correlation *c, int begin, int end, const Tile *tiles,
                       int count, const float *slab, size_t weights, Epilogue epilogue) {
    const float *packed = (job->set->packed ? job->set->packed : job->weights) + weights;
    int block = max_int(1, (int)(BLOCK_BYTES / (packed_weights(c, 1) * sizeof(float) + 1)));
    for (int p = begin; p < end; p += block) {
        int stop = min_int(p + block, end);
        for (int q = p; job->packs_late && q < stop; q++)
            pack_weights(c, job->view, q, job->weights + weights + packed_weights(c, q));
        for (int t = 0; t < count; t++)
            for (int q = p; q < stop; q++)
                run_tile(c, &job->plan.slab, tiles + t, slab, packed + packed_weights(c, q),
                         q * PANEL_FLOATS, epilogue);
    }
}

/* One task: a chunk against its share of the panels. */
static void run_task(const Job *job, int task, Worker *worker) {
    const Plan *plan = &job->plan;
    const Correlation *first = job->set->items;
    Chunk chunk = nth_chunk(&plan->chunks, task / plan->groups);
    int group = task % plan->groups, panels = panel_count(first->filters);
    int begin = group * panels / plan->groups, end = (group + 1) * panels / plan->groups;
    size_t row = (size_t)chunk.image * first->target_height + (size_t)chunk.row * first->spacing;
    size_t target = row * first->target_width * first->filters;
    Epilogue epilogue = job->epilogue;
    epilogue.target += target;
    if (epilogue.addend)
        epilogue.addend += target;
    const float *slab = slab_of(job, chunk, worker);
    list_chunk(job->set, plan, chunk, worker);
    const Tile *tiles = worker->tiles;
    size_t weights = 0;
    for (int i = 0; i < job->set->count; i++) {
        const Correlation *c = first + i;
        run_panels(job, c, begin, end, tiles, worker->counts[i], slab, weights, epilogue);
        weights += packed_weights(c, panels);
        tiles += max_int(1, worker->counts[i]);
    }
}

/* Panel number `panel` of every correlation. */
static void pack_panel(const CorrelationSet *set, KernelView view, int panel, float *packed) {
    for (const Correlation *c = set->items; c < set->items + set->count; c++) {
        pack_weights(c, view, panel, packed + packed_weights(c, panel));
        packed += packed_weights(c, panel_count(c->filters));
    }
}

size_t correlate_packed(const CorrelationSet *set) {
    if (winograd_pays(set->items, set->batch))
        return winograd_packed(set->items, set->batch);
    return plan_for(set).weights;
}

void correlate_pack(const CorrelationSet *set, KernelView view, float *packed, void *workspace) {
    if (winograd_pays(set->items, set->batch)) {
        winograd_pack(set->items, set->batch, view, packed, workspace);
        return;
    }
#pragma omp parallel for schedule(static)
    for (int p = 0; p < panel_count(set->items->filters); p++)
        pack_panel(set, view, p, packed);
}

/* A target that no cache will hold until it is read is written past them: a store to a cache would
 * fetch every line first. Lines must be whole. */
static bool streams(const CorrelationSet *set, Epilogue epilogue) {
    const Correlation *c = set->items;
    size_t floats = (size_t)set->batch * c->target_height * c->target_width * c->filters;
    return floats * sizeof(float) > STREAMED_BYTES && epilogue.addend != epilogue.target &&
           PANEL_FLOATS % LINE_FLOATS == 0 && c->filters % LINE_FLOATS == 0 &&
           (uintptr_t)epilogue.target % CACHE_LINE == 0;
}

void correlate(const CorrelationSet *set, KernelView view, Conv2DPrologue prologue,
               const float *source, Epilogue epilogue, void *workspace) {
    const Correlation *first = set->items;
    epilogue.streams = streams(set, epilogue);
    if (winograd_pays(set->items, set->batch)) {
        winograd_correlate(set->items, set->batch, view, set->packed, prologue, source, epilogue,
                           workspace);
        return;
    }
    Job job = {.set = set,
               .plan = plan_for(set),
               .view = view,
               .prologue = prologue,
               .source = source,
               .epilogue = epilogue};
    const Plan *plan = &job.plan;
    char *rest = workspace;
    job.weights = set->packed ? NULL : take_bytes(&rest, plan->weights * sizeof *job.weights);
    job.packs_late = has_one_chunk(plan) && !set->packed;
    rest = take_bytes(&rest, 0);
    if (has_one_chunk(plan) && !reads_in_place(set, plan, prologue))
        job.shared_slab = new_worker(set, plan, rest).slab;
    Chunk chunk = nth_chunk(&plan->chunks, 0);
    int shared_lines = job.shared_slab ? slab_lines(&plan->slab, chunk) : 0;
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (int line = 0; line < shared_lines; line++)
            pack_slab_line(first, &plan->slab, chunk, line, all_channels(first), prologue, source,
                           job.shared_slab);
        if (!job.packs_late && !set->packed) {
#pragma omp for schedule(static)
            for (int p = 0; p < panel_count(set->items[0].filters); p++)
                pack_panel(set, view, p, job.weights);
        }
        size_t mine = omp_get_thread_num() * thread_bytes(set, plan);
        Worker worker = new_worker(set, plan, rest + mine);
#pragma omp for schedule(dynamic)
        for (int task = 0; task < plan->chunks.count * plan->groups; task++)
            run_task(&job, task, &worker);
        vector_stream_end();
    }
}
