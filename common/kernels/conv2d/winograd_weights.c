/* The gradient of the weights by Winograd's method: with V the mapped inputs of a block, Z the
 * mapped gradient of its outputs and U the mapped weights, the products V * U have the gradient
 *
 *   d_U(c, k) = sum over blocks of V(c) * Z(k)      in each of the planes,
 *
 * and d_weights is d_U mapped back.
 *
 * Few weights: tasks are parts of the batch, each with sums of its own, which are added last. Many:
 * tasks are panels of filters, whose sums stay in a thread's cache, and all share the mapped
 * inputs, a round of chunks at a time. */
#include <string.h>

#include "kernels/conv2d/method.h"
#include "kernels/conv2d/tile.h"
#include "kernels/conv2d/winograd_blocks.h"
#include "kernels/conv2d/winograd_maps.h"

/* Parts at most; bytes of one part's sums at most; bytes of a round's mapped inputs, about. */
enum { MOST_PARTS = 8, PART_BYTES = 1024 * 1024, ROUND_BYTES = 4 * 1024 * 1024 };

/* A pass, its cuts and the sizes of its buffers. */
typedef struct WinogradWeightsPlan {
    const Conv2DBackwardWeights *pass;
    const Correlation *layer;
    WinogradBlocks blocks;
    bool by_panels; /* tasks are panels, not parts */
    int panels, parts, rounds;
    size_t sum_plane;      /* floats of one plane of a panel: (channels, lanes) */
    size_t sums;           /* floats of all planes of a panel */
    size_t part;           /* floats of one part: the panels' sums, and the bias */
    size_t d_output_plane; /* floats of one plane, a chunk's and a panel's: (blocks, lanes) */
} WinogradWeightsPlan;

static WinogradWeightsPlan plan_for(const Correlation *c, const Conv2DBackwardWeights *pass) {
    WinogradWeightsPlan plan = {pass, c, .blocks = cut_blocks(c, MOST_PARTS), .rounds = 1};
    plan.panels = panel_count(c->filters);
    plan.sum_plane = (size_t)c->channels * PANEL_FLOATS + PLANE_GAP;
    plan.sums = WINOGRAD_PLANES * plan.sum_plane;
    plan.part = plan.panels * (plan.sums + PANEL_FLOATS);
    plan.d_output_plane = (size_t)plan.blocks.most * PANEL_FLOATS + PLANE_GAP;
    int chunks = plan.blocks.chunks.count;
    plan.by_panels = plan.part * sizeof(float) > PART_BYTES;
    plan.parts = plan.by_panels ? 1 : min_int(MOST_PARTS, chunks);
    if (plan.by_panels) {
        size_t bytes = chunks * plan.blocks.floats * sizeof(float);
        plan.rounds = min_int(chunks, (int)(bytes / ROUND_BYTES) + 1);
    }
    return plan;
}

/* Sums and biases of all parts, mapped inputs of a round, which all threads share, and what a
 * thread works with. */
typedef struct WinogradWeightsBuffers {
    float *sums;     /* of all parts or, in one round, of a task's panel */
    float *mapped;   /* of a round's chunks, or of a task's chunk */
    float *d_mapped; /* of a chunk and a panel */
} WinogradWeightsBuffers;

static int chunks_in_round(const WinogradWeightsPlan *plan) {
    return ceil_div(plan->blocks.chunks.count, plan->rounds);
}

static WinogradWeightsBuffers take_buffers(const WinogradWeightsPlan *plan, Room *room) {
    WinogradWeightsBuffers buffers;
    size_t mapped = plan->blocks.floats * sizeof(float);
    if (plan->by_panels && plan->rounds == 1)
        buffers.sums = take_own(room, (plan->sums + PANEL_FLOATS) * sizeof(float));
    else
        buffers.sums = take_shared(room, plan->parts * plan->part * sizeof(float));
    if (plan->by_panels)
        buffers.mapped = take_shared(room, chunks_in_round(plan) * mapped);
    else
        buffers.mapped = take_own(room, mapped);
    buffers.d_mapped = take_own(room, WINOGRAD_PLANES * plan->d_output_plane * sizeof(float));
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

/* Maps one vector of filters of the block at (y, x); returns its sum. */
ALWAYS_INLINE Vector map_block(int down, int across, const WinogradWeightsPlan *plan,
                               const float *image, int y, int x, float *mapped) {
    const Correlation *c = plan->layer;
    Vector half[WINOGRAD_MOST_OUTPUTS * WINOGRAD_POINTS], sum = {0};
    int rows = min_int(down, c->out_height - y), columns = min_int(across, c->out_width - x);
    for (int j = 0; j < across; j++) {
        Vector column[WINOGRAD_MOST_OUTPUTS] = {0};
        for (int i = 0; i < down; i++)
            if (i < rows && j < columns) {
                size_t pixel = (size_t)(y + i) * c->out_width + x + j;
                column[i] = vector_load(image + pixel * c->filters);
                sum += column[i];
            }
        winograd_d_outputs(down, column, 1, half + WINOGRAD_POINTS * j);
    }
    for (int i = 0; i < WINOGRAD_POINTS; i++) {
        Vector row[WINOGRAD_POINTS];
        if (!winograd_has_point(down, i))
            continue;
        winograd_d_outputs(across, half + i, WINOGRAD_POINTS, row);
        for (int j = 0; j < WINOGRAD_POINTS; j++)
            if (winograd_has_point(across, j))
                vector_store(mapped + (WINOGRAD_POINTS * i + j) * plan->d_output_plane, row[j]);
    }
    return sum;
}

/* Maps the blocks of one kind, down x across positions, of a panel, and adds them to d_bias. */
ALWAYS_INLINE void map_group(int down, int across, const BlockGroup *group,
                             const WinogradWeightsPlan *plan, Panel panel,
                             const WinogradWeightsBuffers *buffers, float *d_bias) {
    const Correlation *c = plan->layer;
    size_t image = (size_t)c->out_height * c->out_width * c->filters;
    for (int v = 0; v < panel.vectors; v++) {
        int at = v * VECTOR_FLOATS;
        float *to = buffers->d_mapped + (size_t)group->first * panel.lanes + at;
        Vector sum = vector_load(d_bias + at);
        for (int n = group->image; n < group->image + group->images; n++) {
            const float *from = plan->pass->d_outputs + n * image + panel.first + at;
            for (int row = 0; row < group->rows; row++)
                for (int column = 0; column < group->columns; column++, to += panel.lanes)
                    sum += map_block(down, across, plan, from, group->y + row * down,
                                     group->x + column * across, to);
        }
        vector_store(d_bias + at, sum);
    }
}

static void map_d_outputs(const WinogradWeightsPlan *plan, Chunk chunk, Panel panel,
                          const WinogradWeightsBuffers *buffers, float *d_bias) {
    for (int kind = 0; kind < BLOCK_KINDS; kind++) {
        BlockGroup group = block_group(&plan->blocks, chunk, (BlockKind)kind);
        if (kind == FOUR_BY_FOUR)
            map_group(4, 4, &group, plan, panel, buffers, d_bias);
        else if (kind == FOUR_BY_THREE)
            map_group(4, 3, &group, plan, panel, buffers, d_bias);
        else if (kind == THREE_BY_FOUR)
            map_group(3, 4, &group, plan, panel, buffers, d_bias);
        else
            map_group(3, 3, &group, plan, panel, buffers, d_bias);
    }
}

/* A chunk's mapped inputs, a panel and its sums, with the bias behind them; what is fetched
 * meanwhile. */
typedef struct PanelTask {
    Chunk chunk;
    const float *mapped;
    int panel;
    float *sums;
    Ahead inputs, d_outputs;
} PanelTask;

static void add_chunk(const WinogradWeightsPlan *plan, const WinogradWeightsBuffers *buffers,
                      const PanelTask *task) {
    const WinogradBlocks *blocks = &plan->blocks;
    const PlaneRanges ranges = plane_ranges(blocks, task->chunk);
    Panel panel = nth_panel(plan->layer->filters, task->panel);
    map_d_outputs(plan, task->chunk, panel, buffers, task->sums + plan->sums);
    for (int p = 0; p < WINOGRAD_PLANES; p++) {
        fetch_piece(task->inputs, p, WINOGRAD_PLANES);
        fetch_piece(task->d_outputs, p, WINOGRAD_PLANES);
        Range range = blocks_in_plane(&ranges, p);
        SlicedRows rows = {task->mapped + p * blocks->plane + range.begin * SLICE,
                           (size_t)blocks->most * SLICE, range.end - range.begin,
                           plan->layer->channels};
        sliced_outer_product(panel.vectors, rows,
                             buffers->d_mapped + p * plan->d_output_plane +
                                 range.begin * panel.lanes,
                             task->sums + p * plan->sum_plane);
    }
}

static void clear_sums(const WinogradWeightsPlan *plan, float *sums) {
    memset(sums, 0, (plan->sums + PANEL_FLOATS) * sizeof *sums);
}

/* Maps the sums of all parts of one channel and one vector of filters back to nine taps. */
static void map_sums(const WinogradWeightsPlan *plan, const float *sums, float *d_weights) {
    const Correlation *c = plan->layer;
    Vector products[WINOGRAD_PLANES] = {0}, half[3 * WINOGRAD_POINTS], taps[3 * 3];
    int down = most_outputs(plan->blocks.down), across = most_outputs(plan->blocks.across);
    for (int i = 0; i < WINOGRAD_POINTS; i++)
        for (int j = 0; j < WINOGRAD_POINTS; j++) {
            int p = WINOGRAD_POINTS * i + j;
            if (!winograd_has_point(down, i) || !winograd_has_point(across, j))
                continue;
            products[p] = vector_load(sums + p * plan->sum_plane);
            for (int part = 1; part < plan->parts; part++)
                products[p] += vector_load(sums + part * plan->part + p * plan->sum_plane);
        }
    for (int j = 0; j < WINOGRAD_POINTS; j++)
        winograd_d_taps(products + j, WINOGRAD_POINTS, half + 3 * j);
    for (int i = 0; i < 3; i++)
        winograd_d_taps(half + i, 3, taps + 3 * i);
    for (int t = 0; t < 9; t++)
        vector_store(d_weights + (size_t)t * c->channels * c->filters, taps[t]);
}

/* Maps some channels of a panel's sums back to d_weights. */
static void map_panel(const WinogradWeightsPlan *plan, int index, Range channels,
                      const float *sums) {
    const Correlation *c = plan->layer;
    Panel panel = nth_panel(c->filters, index);
    for (int channel = channels.begin; channel < channels.end; channel++)
        for (int v = 0; v < panel.lanes; v += VECTOR_FLOATS)
            map_sums(plan, sums + (size_t)channel * panel.lanes + v,
                     plan->pass->d_weights + (size_t)channel * c->filters + panel.first + v);
}

static void add_bias(const WinogradWeightsPlan *plan, int index, const float *sums) {
    Panel panel = nth_panel(plan->layer->filters, index);
    float *d_bias = plan->pass->d_bias;
    for (int i = 0; d_bias && i < panel.filters; i++) {
        d_bias[panel.first + i] = 0;
        for (int part = 0; part < plan->parts; part++)
            d_bias[panel.first + i] += sums[part * plan->part + plan->sums + i];
    }
}

static size_t panel_sums(const WinogradWeightsPlan *plan) {
    return plan->sums + PANEL_FLOATS;
}

/* One task: a part's chunks against all panels, of which the last fetches the next chunk. */
static void run_part(const WinogradWeightsPlan *plan, int part,
                     const WinogradWeightsBuffers *buffers) {
    const Correlation *c = plan->layer;
    const Conv2DBackwardWeights *pass = plan->pass;
    const WinogradSource source = {c, pass->prologue, pass->inputs};
    Range chunks = share(plan->blocks.chunks.count, plan->parts, part);
    float *sums = buffers->sums + part * plan->part;
    for (int p = 0; p < plan->panels; p++)
        clear_sums(plan, sums + p * panel_sums(plan));
    for (int i = chunks.begin; i < chunks.end; i++) {
        PanelTask task = {.chunk = nth_chunk(&plan->blocks.chunks, i), .mapped = buffers->mapped};
        map_inputs(&plan->blocks, &source, task.chunk, buffers->mapped);
        for (task.panel = 0; task.panel < plan->panels; task.panel++) {
            task.sums = sums + task.panel * panel_sums(plan);
            if (task.panel == plan->panels - 1) {
                task.inputs = chunk_ahead(&plan->blocks, i + 1, pass->inputs, c->height,
                                          (size_t)c->width * c->channels);
                task.d_outputs = chunk_ahead(&plan->blocks, i + 1, pass->d_outputs, c->out_height,
                                             (size_t)c->out_width * c->filters);
            }
            add_chunk(plan, buffers, &task);
        }
    }
}

/* The chunks of a round. */
static Range round_chunks(const WinogradWeightsPlan *plan, int round) {
    return share(plan->blocks.chunks.count, plan->rounds, round);
}

/* One task: a round's chunks against a panel. */
static void run_panel(const WinogradWeightsPlan *plan, int round, int panel,
                      const WinogradWeightsBuffers *buffers) {
    bool owns_sums = plan->rounds == 1;
    Range chunks = round_chunks(plan, round);
    PanelTask task = {.panel = panel, .mapped = buffers->mapped};
    task.sums = buffers->sums + (owns_sums ? 0 : panel * panel_sums(plan));
    if (round == 0)
        clear_sums(plan, task.sums);
    for (int i = chunks.begin; i < chunks.end; i++, task.mapped += plan->blocks.floats) {
        task.chunk = nth_chunk(&plan->blocks.chunks, i);
        add_chunk(plan, buffers, &task);
    }
    if (owns_sums) {
        map_panel(plan, panel, (Range){0, plan->layer->channels}, task.sums);
        add_bias(plan, panel, task.sums);
    }
}

/* Called by all threads of a parallel region. */
static void run_round(const WinogradWeightsPlan *plan, int round,
                      const WinogradWeightsBuffers *buffers) {
    const WinogradSource source = {plan->layer, plan->pass->prologue, plan->pass->inputs};
    Range chunks = round_chunks(plan, round);
#pragma omp for schedule(static)
    for (int i = chunks.begin; i < chunks.end; i++)
        map_inputs(&plan->blocks, &source, nth_chunk(&plan->blocks.chunks, i),
                   buffers->mapped + (i - chunks.begin) * plan->blocks.floats);
#pragma omp for schedule(dynamic)
    for (int p = 0; p < plan->panels; p++)
        run_panel(plan, round, p, buffers);
}

static void run(const Correlation *c, const Conv2DBackwardWeights *pass, void *workspace) {
    const WinogradWeightsPlan plan = plan_for(c, pass);
    const Room counted = count_room(&plan);
    bool shares_sums = !plan.by_panels || plan.rounds > 1;
    Tasks tasks = tasks_make(plan.by_panels ? 0 : plan.parts);
#pragma omp parallel
    {
        Room room = room_of_thread(&counted, workspace);
        const WinogradWeightsBuffers buffers = take_buffers(&plan, &room);
        for (int round = 0; plan.by_panels && round < plan.rounds; round++)
            run_round(&plan, round, &buffers);
        for (int part; (part = next_task(&tasks)) >= 0;)
            run_part(&plan, part, &buffers);
#pragma omp barrier
#pragma omp for schedule(static)
        for (int channel = 0; channel < (shares_sums ? c->channels : 0); channel++)
            for (int p = 0; p < plan.panels; p++)
                map_panel(&plan, p, (Range){channel, channel + 1},
                          buffers.sums + p * panel_sums(&plan));
#pragma omp for schedule(static)
        for (int p = 0; p < (shares_sums ? plan.panels : 0); p++)
            add_bias(&plan, p, buffers.sums + p * panel_sums(&plan));
    }
}

const WeightsMethod winograd_weights = {workspace_bytes, run};
