/* The gradient of the weights by direct sums:
 *
 *   d_weights(r, s, c, k) = sum over n, y, x of
 *       inputs(n, y * step + r - top, x * step + s - left, c) * d_outputs(n, y, x, k).
 *
 * The register tile's rows are TILE_ROWS consecutive (r, s, c), its lanes are filters, its steps
 * are positions. So that steps read consecutive lines however many channels there are, the slab
 * holds slices of few channels: (slice, image, row, pixel, channel of the slice).
 *
 * Small maps are copied by place, (slice, row, pixel, image, channel) and (row, pixel, image,
 * lane): consecutive steps are then the same place of consecutive images, and as many as there are
 * images.
 *
 * A task owns some slices, some panels of filters and one part of the batch, and adds up all of the
 * part's chunks in order, in an array of d_weights' own layout: d_weights itself for the first
 * part. Further parts are added last, in order. Few weights are cut into parts, whose sums cost
 * little memory; many have slices and panels enough to share out. */
#include <stdint.h>
#include <string.h>

#include "kernels/conv2d/method.h"
#include "kernels/conv2d/pack.h"
#include "kernels/conv2d/tile.h"

/* A chunk has steps enough to pay for reading and writing a tile's sums, and its panel of d_outputs
 * and slices of pixels fit the second-level cache. Parts beyond the first take no more memory than
 * this in all. */
enum { CHUNK_POSITIONS = 512, PARTS_BYTES = 4 * 1024 * 1024 };

/* d_outputs of at most this number of filters are read in their place. */
enum { CLOSE_FILTERS = 256 };

/* Maps of no more positions are copied by place, where there are images enough. */
enum { SMALL_MAP = 3 * 3, MANY_IMAGES = 8 };

/* Whole tiles and whole vectors of channels. */
enum { SLICE_CHANNELS = TILE_ROWS == 8 ? 16 : 24 };

/* A pass, its cuts and the sizes of its buffers. */
typedef struct DirectWeightsPlan {
    const Conv2DBackwardWeights *pass;
    const Correlation *layer;
    Chunks chunks;
    Slab slab;
    bool by_place;
    int slices, panels;
    int slice_groups, panel_groups; /* tasks of one part */
    int parts;
    int positions;               /* of a full chunk */
    size_t weights, slab_floats; /* floats of all weights, of a task's slab */
} DirectWeightsPlan;

/* A task copies its channels of the inputs and its filters of d_outputs: the costlier copy is the
 * one that is shared out. */
static void cut_groups(DirectWeightsPlan *plan) {
    long inputs = plan->slab.floats, outputs = (long)plan->positions * plan->layer->filters;
    plan->slice_groups = plan->panel_groups = 1;
    while (plan->parts * plan->slice_groups * plan->panel_groups < WANTED_TASKS) {
        bool slice = plan->slice_groups < plan->slices, panel = plan->panel_groups < plan->panels;
        if (slice && (!panel || inputs / plan->slice_groups >= outputs / plan->panel_groups))
            plan->slice_groups = min_int(2 * plan->slice_groups, plan->slices);
        else if (panel)
            plan->panel_groups = min_int(2 * plan->panel_groups, plan->panels);
        else
            break;
    }
}

static DirectWeightsPlan plan_for(const Correlation *c, const Conv2DBackwardWeights *pass) {
    DirectWeightsPlan plan = {.pass = pass, .layer = c};
    plan.chunks = cut_batch(c->batch, c->out_height, c->out_width, CHUNK_POSITIONS);
    plan.slab = slab_for(c, 1, &plan.chunks);
    plan.positions = plan.chunks.images * plan.chunks.rows * c->out_width;
    plan.by_place = c->out_height * c->out_width > 1 && c->out_height * c->out_width <= SMALL_MAP &&
                    plan.chunks.images >= MANY_IMAGES;
    plan.slices = ceil_div(c->channels, SLICE_CHANNELS);
    plan.panels = panel_count(c->filters);
    plan.weights = (size_t)c->taps * c->channels * c->filters;
    size_t affordable = PARTS_BYTES / (plan.weights * sizeof(float)) + 1;
    plan.parts = min_int(WANTED_TASKS, plan.chunks.count);
    if ((size_t)plan.parts > affordable)
        plan.parts = (int)affordable;
    cut_groups(&plan);
    int channels = ceil_div(plan.slices, plan.slice_groups) * SLICE_CHANNELS;
    plan.slab_floats = plan.slab.floats / c->channels * min_int(channels, c->channels);
    return plan;
}

/* The sums of the further parts and of all parts' biases, which all threads share, and what a
 * thread works with. */
typedef struct DirectWeightsBuffers {
    float *parts, *biases;
    float *pixels, *packed; /* a chunk's slab, and a panel of its d_outputs */
    Run *runs;
} DirectWeightsBuffers;

static DirectWeightsBuffers take_buffers(const DirectWeightsPlan *plan, Room *room) {
    DirectWeightsBuffers buffers;
    size_t biases = (size_t)plan->parts * padded_lanes(plan->layer->filters);
    buffers.parts = take_shared(room, (plan->parts - 1) * plan->weights * sizeof(float));
    buffers.biases = take_shared(room, biases * sizeof(float));
    buffers.pixels = take_own(room, plan->slab_floats * sizeof(float));
    buffers.packed = take_own(room, (size_t)plan->positions * PANEL_FLOATS * sizeof(float));
    int lines = plan->chunks.images * plan->chunks.rows, places = SMALL_MAP;
    buffers.runs = take_own(room, (plan->by_place ? places : lines) * sizeof(Run));
    return buffers;
}

static Room count_room(const DirectWeightsPlan *plan) {
    Room room = {0};
    take_buffers(plan, &room);
    return room;
}

static size_t workspace_bytes(const Correlation *layer, int threads) {
    DirectWeightsPlan plan = plan_for(layer, NULL);
    const Room counted = count_room(&plan);
    return room_bytes(&counted, threads);
}

/* A box of positions. */
typedef struct Box {
    int row, end_row, col, end_col;
} Box;

/* A slice of a chunk's channels; its pixels begin at `pixels`. */
typedef struct Slice {
    int first, width;
    const float *pixels;
} Slice;

/* One panel and one slice of a chunk in one part's sums, and the runs of steps listed last, which
 * the next slice may share. */
typedef struct PanelWork {
    const Correlation *layer;
    const Slab *slab;
    Chunk chunk;
    bool by_place;
    bool is_first;      /* chunk of its part: sums begin with it */
    float *d_weights;   /* the part's */
    Panel panel;        /* of filters */
    const float *steps; /* the panel's d_outputs, */
    int pitch;          /* floats from one position to the next */
    Slice slice;
    Run *runs;
    int count, width;        /* of the runs, and the channels of the slice they are for; 0: none */
    int first_tap, last_tap; /* the taps that they are for, and the positions that those see */
    Box box;
} PanelWork;

/* The positions of the chunk at which any of the taps first..last sees the image. */
static Box live_positions(const Correlation *c, Chunk chunk, int first, int last) {
    Box box = {c->out_height, 0, c->out_width, 0};
    for (int tap = first; tap <= last; tap++) {
        int y = c->top - tap / c->cols, x = c->left - tap % c->cols;
        box.row = min_int(box.row, y <= 0 ? 0 : ceil_div(y, c->step));
        box.col = min_int(box.col, x <= 0 ? 0 : ceil_div(x, c->step));
        box.end_row = max_int(box.end_row, (c->height - 1 + y + c->step) / c->step);
        box.end_col = max_int(box.end_col, (c->width - 1 + x + c->step) / c->step);
    }
    box.row = max_int(box.row, chunk.row);
    box.end_row = min_int(box.end_row, chunk.row + chunk.rows);
    box.end_col = min_int(box.end_col, c->out_width);
    return box;
}

/* Lists a row after a row, in every image. Rows, and then images, that meet become one run. */
static void list_rows(PanelWork *work, Box box, int width) {
    const Correlation *c = work->layer;
    int stride = c->step * width;
    int line = work->slab->width * stride, step_line = c->out_width * work->pitch;
    int image = work->slab->height * work->slab->width * width;
    int step_image = work->chunk.rows * step_line;
    int row = (box.row - work->chunk.row) * line + box.col * stride;
    int step = (box.row - work->chunk.row) * step_line + box.col * work->pitch;
    int images = work->chunk.images, lines = max_int(0, box.end_row - box.row);
    int length = max_int(0, box.end_col - box.col);
    if (length * stride == line && length * work->pitch == step_line) {
        length *= lines;
        lines = 1;
    }
    if (lines == 1 && length * stride == image && length * work->pitch == step_image) {
        length *= images;
        images = 1;
    }
    for (int n = 0; n < images; n++)
        for (int y = 0; y < lines; y++)
            work->runs[work->count++] = (Run){.row = row + n * image + y * line,
                                              .panel = step + n * step_image + y * step_line,
                                              .length = length};
}

/* Lists a place after a place: each has a step of every image. */
static void list_places(PanelWork *work, Box box, int width) {
    const Correlation *c = work->layer;
    int images = work->chunk.images, place = c->step * images * width;
    for (int y = box.row - work->chunk.row; y < box.end_row - work->chunk.row; y++)
        for (int x = box.col; x < box.end_col; x++)
            work->runs[work->count++] =
                (Run){.row = (y * work->slab->width + x) * place,
                      .panel = (y * c->out_width + x) * images * work->pitch,
                      .length = images};
}

/* Lists the runs of steps at which any of the taps sees the image, for a slice of `width` channels.
 */
static void list_runs(PanelWork *work, int first_tap, int last_tap, int width) {
    bool same_width = width == work->width;
    if (same_width && first_tap == work->first_tap && last_tap == work->last_tap)
        return;
    work->first_tap = first_tap;
    work->last_tap = last_tap;
    Box box = live_positions(work->layer, work->chunk, first_tap, last_tap);
    if (same_width && memcmp(&box, &work->box, sizeof box) == 0)
        return;
    work->width = width;
    work->box = box;
    work->count = 0;
    if (work->by_place)
        list_places(work, box, width);
    else
        list_rows(work, box, width);
}

/* A row of the matrix of weights (taps and channels, filters). */
typedef struct WeightsRow {
    int r, s, channel;   /* of the slice */
    const float *pixels; /* at the chunk's first position */
    float *target;       /* in d_weights, from the panel's first filter on */
} WeightsRow;

static inline void begin_tap(const PanelWork *work, WeightsRow *row) {
    const Correlation *c = work->layer;
    int y = row->r + work->slab->top - c->top, x = row->s + work->slab->left - c->left;
    row->channel = 0;
    int pixel = work->slice.width * (work->by_place ? work->chunk.images : 1);
    row->pixels = work->slice.pixels + (y * work->slab->width + x) * pixel;
    row->target = work->d_weights + c->order.first + row->r * c->order.row + row->s * c->order.col +
                  work->slice.first * c->order.channel + work->panel.first;
}

/* In place: a WeightsRow returned by value would go through memory. */
static inline void advance(const PanelWork *work, WeightsRow *row) {
    const Correlation *c = work->layer;
    row->pixels++;
    row->target += c->filters;
    if (++row->channel < work->slice.width)
        return;
    if (++row->s == c->cols) {
        row->s = 0;
        row->r++;
    }
    begin_tap(work, row);
}

/* The rows of a register tile, of which the first `count` are stored. */
typedef struct WeightsTile {
    int count;
    const float *pixels[TILE_ROWS];
    float *targets[TILE_ROWS];
} WeightsTile;

/* `vectors` and, where no lane is missing, `lanes` are constants where this is called. */
ALWAYS_INLINE void add_tile(const PanelWork *work, int vectors, int lanes, const WeightsTile *tile,
                            int stride) {
    Vector sums[TILE_ROWS * TILE_VECTORS] = {0};
    for (int v = 0; !work->is_first && v < vectors; v++)
        for (int i = 0; i < TILE_ROWS; i++)
            sums[i * vectors + v] =
                vector_load_first(tile->targets[i] + v * VECTOR_FLOATS, lanes - v * VECTOR_FLOATS);
    outer_product(vectors, sums, tile->pixels, stride, work->steps, work->pitch / VECTOR_FLOATS,
                  work->runs, work->count);
    for (int v = 0; v < vectors; v++)
        for (int i = 0; i < tile->count; i++)
            vector_store_first(tile->targets[i] + v * VECTOR_FLOATS, sums[i * vectors + v],
                               lanes - v * VECTOR_FLOATS);
}

/* Adds the products of the panel with a slice to d_weights. */
static void add_slice(PanelWork *work) {
    const Correlation *c = work->layer;
    int width = work->slice.width;
    int depth = c->rows * c->cols * width, stride = work->by_place ? width : c->step * width;
    WeightsRow row = {0};
    begin_tap(work, &row);
    for (int begin = 0; begin < depth; begin += TILE_ROWS) {
        int first_tap = row.r * c->cols + row.s, last_tap = first_tap;
        WeightsTile tile = {.count = min_int(TILE_ROWS, depth - begin)};
        for (int i = 0; i < tile.count; i++, advance(work, &row)) {
            last_tap = row.r * c->cols + row.s;
            tile.pixels[i] = row.pixels;
            tile.targets[i] = row.target;
        }
        for (int i = tile.count; i < TILE_ROWS; i++) {
            tile.pixels[i] = tile.pixels[0];
            tile.targets[i] = tile.targets[0];
        }
        list_runs(work, first_tap, last_tap, width);
        if (work->panel.filters == PANEL_FLOATS)
            add_tile(work, TILE_VECTORS, PANEL_FLOATS, &tile, stride);
        else
            add_tile(work, work->panel.vectors, work->panel.filters, &tile, stride);
    }
}

/* Several sums at once: one alone would wait for every addition. */
static void add_bias(const PanelWork *work, int positions, float *d_bias) {
    enum { SUMS = 4 };
    for (int v = 0; v < work->panel.vectors; v++) {
        const float *from = work->steps + v * VECTOR_FLOATS;
        float *to = d_bias + work->panel.first + v * VECTOR_FLOATS;
        Vector sums[SUMS] = {vector_load(to)};
        int p = 0;
        for (; p + SUMS <= positions; p += SUMS)
            for (int i = 0; i < SUMS; i++)
                sums[i] += vector_load(from + (p + i) * work->pitch);
        for (; p < positions; p++)
            sums[0] += vector_load(from + p * work->pitch);
        vector_store(to, (sums[0] + sums[1]) + (sums[2] + sums[3]));
    }
}

/* Copies the panel of a chunk's d_outputs: (images, rows, out_width, lanes) or, by place,
 * (rows, out_width, images, lanes). */
static void pack_panel(const PanelWork *work, const float *from, float *packed) {
    const Correlation *c = work->layer;
    int places = work->chunk.rows * c->out_width, images = work->chunk.images;
    size_t place = work->panel.lanes, image = places * place;
    if (work->by_place) {
        image = place;
        place *= images;
    }
    for (int n = 0; n < images; n++)
        for (int p = 0; p < places; p++, from += c->filters)
            for (int v = 0; v < work->panel.lanes; v += VECTOR_FLOATS) {
                __builtin_prefetch(from + v + PANEL_FLOATS);
                vector_store(packed + n * image + p * place + v,
                             vector_load_first(from + v, work->panel.filters - v));
            }
}

/* Finds panel number `index` of d_outputs: in its place, or in a copy where lines so far apart
 * would meet in few sets of a cache, or where vectors are not whole. */
static void find_panel(PanelWork *work, int index, const float *d_outputs, float *packed) {
    const Correlation *c = work->layer;
    size_t row = (size_t)work->chunk.image * c->out_height + work->chunk.row;
    work->panel = nth_panel(c->filters, index);
    work->steps = d_outputs + row * c->out_width * c->filters + work->panel.first;
    work->pitch = c->filters;
    work->width = 0;
    if (!work->by_place && c->filters <= CLOSE_FILTERS && c->filters % VECTOR_FLOATS == 0 &&
        (uintptr_t)work->steps % sizeof(Vector) == 0)
        return;
    pack_panel(work, work->steps, packed);
    work->steps = packed;
    work->pitch = work->panel.lanes;
}

/* A task's share of the work. */
typedef struct WeightsShare {
    Range chunks, slices, panels;
    float *d_weights, *d_bias; /* the part's; d_bias may be NULL */
} WeightsShare;

/* One chunk of the share: adds to its d_weights and d_bias. */
static void add_chunk(const DirectWeightsPlan *plan, const DirectWeightsBuffers *buffers,
                      const WeightsShare *mine, int index) {
    const Correlation *c = plan->layer;
    PanelWork work = {.layer = c,
                      .slab = &plan->slab,
                      .chunk = nth_chunk(&plan->chunks, index),
                      .by_place = plan->by_place,
                      .is_first = index == mine->chunks.begin,
                      .d_weights = mine->d_weights,
                      .runs = buffers->runs};
    int first = mine->slices.begin * SLICE_CHANNELS;
    int end = min_int(mine->slices.end * SLICE_CHANNELS, c->channels);
    SlabSource source = {.correlation = c,
                         .slab = &plan->slab,
                         .prologue = plan->pass->prologue,
                         .images = plan->pass->inputs,
                         .first_channel = first,
                         .channels = end - first,
                         .slice = SLICE_CHANNELS,
                         .by_place = plan->by_place};
    pack_slab(&source, work.chunk, buffers->pixels);
    size_t area = (size_t)work.chunk.images * plan->slab.height * plan->slab.width;
    for (int p = mine->panels.begin; p < mine->panels.end; p++) {
        find_panel(&work, p, plan->pass->d_outputs, buffers->packed);
        if (mine->d_bias)
            add_bias(&work, work.chunk.images * work.chunk.rows * c->out_width, mine->d_bias);
        for (int at = first; at < end; at += SLICE_CHANNELS) {
            work.slice = (Slice){at, min_int(SLICE_CHANNELS, end - at),
                                 buffers->pixels + (at - first) * area};
            add_slice(&work);
        }
    }
}

/* One task: a part of the batch, a share of the slices and a share of the panels. */
static void run_task(const DirectWeightsPlan *plan, const DirectWeightsBuffers *buffers, int task) {
    int groups = plan->slice_groups * plan->panel_groups, part = task / groups;
    WeightsShare mine = {
        .chunks = share(plan->chunks.count, plan->parts, part),
        .slices = share(plan->slices, plan->slice_groups, task % groups / plan->panel_groups),
        .panels = share(plan->panels, plan->panel_groups, task % plan->panel_groups),
        .d_weights =
            part == 0 ? plan->pass->d_weights : buffers->parts + (part - 1) * plan->weights,
    };
    if (mine.slices.begin == 0)
        mine.d_bias = buffers->biases + (size_t)part * padded_lanes(plan->layer->filters);
    for (int i = mine.chunks.begin; i < mine.chunks.end; i++)
        add_chunk(plan, buffers, &mine, i);
}

/* A tap that sees padding alone, and that no task has summed. */
static bool is_cropped(const Correlation *c, int tap) {
    WeightsOrder order = c->order;
    int side = (int)(order.row / order.col); /* taps in a row of the whole window */
    int row = tap / side - (int)(order.first / order.row);
    int col = tap % side - (int)(order.first % order.row / order.col);
    return row < 0 || row >= c->rows || col < 0 || col >= c->cols;
}

/* Adds the further parts to the first, row by row of the matrix of weights. */
static void add_parts(const DirectWeightsPlan *plan, int row, const float *parts) {
    const Correlation *c = plan->layer;
    float *to = plan->pass->d_weights + (size_t)row * c->filters;
    if (is_cropped(c, row / c->channels)) {
        memset(to, 0, c->filters * sizeof *to);
        return;
    }
    for (int part = 1; part < plan->parts; part++, parts += plan->weights)
        for (int k = 0; k < c->filters; k++)
            to[k] += parts[(size_t)row * c->filters + k];
}

static void run(const Correlation *c, const Conv2DBackwardWeights *pass, void *workspace) {
    const DirectWeightsPlan plan = plan_for(c, pass);
    const Room counted = count_room(&plan);
    Tasks tasks = tasks_make(plan.parts * plan.slice_groups * plan.panel_groups);
    Room all = room_of_thread(&counted, workspace);
    const DirectWeightsBuffers shared = take_buffers(&plan, &all);
    size_t lanes = (size_t)padded_lanes(c->filters);
    memset(shared.biases, 0, plan.parts * lanes * sizeof *shared.biases);
#pragma omp parallel
    {
        Room room = room_of_thread(&counted, workspace);
        const DirectWeightsBuffers buffers = take_buffers(&plan, &room);
        for (int task; (task = next_task(&tasks)) >= 0;)
            run_task(&plan, &buffers, task);
#pragma omp barrier
#pragma omp for schedule(static)
        for (int row = 0; row < c->taps * c->channels; row++)
            add_parts(&plan, row, buffers.parts);
    }
    for (int k = 0; pass->d_bias && k < c->filters; k++) {
        pass->d_bias[k] = 0;
        for (int part = 0; part < plan.parts; part++)
            pass->d_bias[k] += shared.biases[part * lanes + k];
    }
}

const WeightsMethod direct_weights = {workspace_bytes, run};
