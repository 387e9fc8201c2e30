/* See winograd_blocks.h; also the rule that says when Winograd pays. */
#include "kernels/conv2d/winograd_blocks.h"

#include "base/integers.h"
#include "kernels/conv2d/method.h"
#include "kernels/conv2d/tile.h"
#include "kernels/conv2d/winograd_maps.h"

/* Blocks of a chunk: at most, or as many as a plane of so many floats has, and at least if the
 * batch has them: enough to use each weight many times and to fetch the next chunk meanwhile, few
 * enough for the caches. */
enum { MOST_BLOCKS = 64, PLANE_FLOATS = 2048, LEAST_BLOCKS = 16 };

/* Mapping the weights pays from this number of blocks on. */
enum { PAYING_BLOCKS = 16 };

/* Pairs (position, tap) along one axis that lie inside the image. */
static long live_pairs(int positions, int taps, int size, int padding) {
    long pairs = 0;
    for (int at = 0; at < positions; at++)
        pairs += max_int(0, min_int(taps, size + padding - at) - max_int(0, padding - at));
    return pairs;
}

static int axis_points(AxisBlocks axis) {
    return axis.fours * WINOGRAD_POINTS + axis.threes * (WINOGRAD_POINTS - 1);
}

static int axis_blocks(AxisBlocks axis) {
    return axis.fours + axis.threes;
}

/* The first position of a block. */
static int axis_position(AxisBlocks axis, int block) {
    return 4 * min_int(block, axis.fours) + 3 * max_int(0, block - axis.fours);
}

/* The cut with the fewest points; more than three blocks of three are better cut into fours. */
static AxisBlocks cut_axis(int positions) {
    AxisBlocks best = {ceil_div(positions, 4), 0};
    for (int threes = 1; threes <= 3; threes++) {
        AxisBlocks axis = {ceil_div(max_int(0, positions - 3 * threes), 4), threes};
        if (axis_points(axis) < axis_points(best))
            best = axis;
    }
    return best;
}

bool winograd_pays(const Correlation *c) {
    if (c->rows != WINOGRAD_TAPS || c->cols != WINOGRAD_TAPS || c->step != 1 || c->skip != 1 ||
        c->spacing != 1 || c->top < 0 || c->left < 0 || c->channels % SLICE != 0 ||
        c->filters % SLICE != 0)
        return false;
    AxisBlocks down = cut_axis(c->out_height), across = cut_axis(c->out_width);
    long direct = live_pairs(c->out_height, c->rows, c->height, c->top) *
                  live_pairs(c->out_width, c->cols, c->width, c->left);
    return (long)c->group * axis_blocks(down) * axis_blocks(across) >= PAYING_BLOCKS &&
           10 * direct >= 19L * axis_points(down) * axis_points(across);
}

WinogradBlocks cut_blocks(const Correlation *c, int tasks) {
    WinogradBlocks blocks = {.down = cut_axis(c->out_height), .across = cut_axis(c->out_width)};
    int down = axis_blocks(blocks.down), across = axis_blocks(blocks.across);
    long task = (long)c->batch * down * across / tasks;
    int most = max_int(MOST_BLOCKS, PLANE_FLOATS / c->channels);
    int wanted = max_int(LEAST_BLOCKS, (int)(task < most ? task : most));
    blocks.chunks = cut_batch(c->batch, down, across, wanted);
    blocks.most = blocks.chunks.images * blocks.chunks.rows * across;
    blocks.plane = (size_t)blocks.most * c->channels + PLANE_GAP;
    blocks.floats = WINOGRAD_PLANES * blocks.plane + TILE_ROWS * SLICE; /* see sliced_product() */
    return blocks;
}

/* A chunk's rows of blocks of four or of three. */
static Range rows_of_kind(const WinogradBlocks *blocks, Chunk chunk, bool fours) {
    Range rows = {chunk.row, chunk.row + chunk.rows};
    if (fours)
        rows.end = min_int(rows.end, blocks->down.fours);
    else
        rows.begin = max_int(rows.begin, blocks->down.fours);
    rows.end = max_int(rows.begin, rows.end);
    return rows;
}

static bool is_tall(BlockKind kind) {
    return kind == FOUR_BY_THREE || kind == FOUR_BY_FOUR;
}

static bool is_wide(BlockKind kind) {
    return kind == FOUR_BY_FOUR || kind == THREE_BY_FOUR;
}

static int count_kind(const WinogradBlocks *blocks, Chunk chunk, BlockKind kind) {
    Range rows = rows_of_kind(blocks, chunk, is_tall(kind));
    bool wide = is_wide(kind);
    int columns = wide ? blocks->across.fours : blocks->across.threes;
    return chunk.images * (rows.end - rows.begin) * columns;
}

BlockGroup block_group(const WinogradBlocks *blocks, Chunk chunk, BlockKind kind) {
    bool wide = is_wide(kind);
    Range rows = rows_of_kind(blocks, chunk, is_tall(kind));
    BlockGroup group = {.image = chunk.image,
                        .images = chunk.images,
                        .rows = rows.end - rows.begin,
                        .columns = wide ? blocks->across.fours : blocks->across.threes,
                        .y = axis_position(blocks->down, rows.begin),
                        .x = wide ? 0 : axis_position(blocks->across, blocks->across.fours)};
    for (BlockKind before = 0; before < kind; before++)
        group.first += count_kind(blocks, chunk, before);
    return group;
}

PlaneRanges plane_ranges(const WinogradBlocks *blocks, Chunk chunk) {
    int ends[BLOCK_KINDS], end = 0;
    for (int kind = 0; kind < BLOCK_KINDS; kind++)
        ends[kind] = end += count_kind(blocks, chunk, (BlockKind)kind);
    return (PlaneRanges){{{{0, ends[THREE_BY_THREE]}, {ends[FOUR_BY_THREE], ends[THREE_BY_FOUR]}},
                          {{0, ends[FOUR_BY_FOUR]}, {ends[FOUR_BY_THREE], ends[FOUR_BY_FOUR]}}}};
}

Range blocks_in_plane(const PlaneRanges *ranges, int plane) {
    bool down = plane / WINOGRAD_POINTS == WINOGRAD_FOURS_POINT;
    bool across = plane % WINOGRAD_POINTS == WINOGRAD_FOURS_POINT;
    return ranges->range[down][across];
}

/* A block's inputs: where they begin, and those of its rows and columns that lie inside the image.
 */
typedef struct BlockInputs {
    const float *from;
    size_t line, pixel; /* floats from one to the next */
    Range rows, columns;
    Conv2DPrologue prologue; /* of the block's first channel */
} BlockInputs;

/* One input of a block through the prologue. */
ALWAYS_INLINE Vector block_input(const float *from, bool activates, Vector scale, Vector shift) {
    Vector value = vector_load(from);
    return activates ? vector_relu(value * scale + shift) : value;
}

/* Maps one vector of channels of one block. `inside`, all of it lies inside the image, and
 * `activates`, it has a prologue, are constants where this is called. */
ALWAYS_INLINE void map_block(int down, int across, bool inside, bool activates,
                             const BlockInputs *block, float *mapped, size_t plane) {
    const int height = down + WINOGRAD_TAPS - 1, width = across + WINOGRAD_TAPS - 1;
    Vector half[WINOGRAD_PLANES], scale = {0}, shift = {0};
    if (activates) {
        scale = vector_load(block->prologue.scale);
        shift = vector_load(block->prologue.shift);
    }
    for (int j = 0; j < width; j++) {
        Vector column[WINOGRAD_POINTS] = {0};
        const float *from = block->from + j * block->pixel;
        bool column_inside = inside || (j >= block->columns.begin && j < block->columns.end);
        for (int i = 0; i < height; i++)
            if (inside || (column_inside && i >= block->rows.begin && i < block->rows.end))
                column[i] = block_input(from + i * block->line, activates, scale, shift);
        winograd_inputs(down, column, 1, half + WINOGRAD_POINTS * j);
    }
    for (int i = 0; i < WINOGRAD_POINTS; i++) {
        Vector row[WINOGRAD_POINTS];
        if (!winograd_has_point(down, i))
            continue;
        winograd_inputs(across, half + i, WINOGRAD_POINTS, row);
        for (int j = 0; j < WINOGRAD_POINTS; j++)
            if (winograd_has_point(across, j))
                vector_store(mapped + (WINOGRAD_POINTS * i + j) * plane, row[j]);
    }
}

/* Maps a block of the kind, in all slices. */
ALWAYS_INLINE void map_slices(int down, int across, bool activates, const WinogradBlocks *blocks,
                              const WinogradSource *source, BlockInputs block, float *mapped) {
    bool inside = block.rows.begin == 0 && block.columns.begin == 0 &&
                  block.rows.end == down + WINOGRAD_TAPS - 1 &&
                  block.columns.end == across + WINOGRAD_TAPS - 1;
    for (int at = 0; at < source->correlation->channels; at += VECTOR_FLOATS) {
        float *to = mapped + (size_t)at / SLICE * blocks->most * SLICE + at % SLICE;
        if (inside)
            map_block(down, across, true, activates, &block, to, blocks->plane);
        else
            map_block(down, across, false, activates, &block, to, blocks->plane);
        block.from += VECTOR_FLOATS;
        if (activates) {
            block.prologue.scale += VECTOR_FLOATS;
            block.prologue.shift += VECTOR_FLOATS;
        }
    }
}

/* Maps the blocks of one kind, down x across positions. */
ALWAYS_INLINE void map_group(int down, int across, const BlockGroup *group,
                             const WinogradBlocks *blocks, const WinogradSource *source,
                             float *mapped) {
    const Correlation *c = source->correlation;
    BlockInputs block = {
        .pixel = c->channels, .line = (size_t)c->width * c->channels, .prologue = source->prologue};
    const int height = down + WINOGRAD_TAPS - 1, width = across + WINOGRAD_TAPS - 1;
    float *to = mapped + (size_t)group->first * SLICE;
    for (int n = group->image; n < group->image + group->images; n++)
        for (int row = 0; row < group->rows; row++)
            for (int column = 0; column < group->columns; column++, to += SLICE) {
                int y = group->y + row * down - c->top, x = group->x + column * across - c->left;
                long pixel = ((long)n * c->height + y) * c->width + x;
                block.rows = (Range){max_int(0, -y), min_int(height, c->height - y)};
                block.columns = (Range){max_int(0, -x), min_int(width, c->width - x)};
                block.from = source->images + pixel * c->channels;
                if (block.prologue.scale)
                    map_slices(down, across, true, blocks, source, block, to);
                else
                    map_slices(down, across, false, blocks, source, block, to);
            }
}

void map_inputs(const WinogradBlocks *blocks, const WinogradSource *source, Chunk chunk,
                float *mapped) {
    for (int kind = 0; kind < BLOCK_KINDS; kind++) {
        BlockGroup group = block_group(blocks, chunk, (BlockKind)kind);
        if (kind == FOUR_BY_FOUR)
            map_group(4, 4, &group, blocks, source, mapped);
        else if (kind == FOUR_BY_THREE)
            map_group(4, 3, &group, blocks, source, mapped);
        else if (kind == THREE_BY_FOUR)
            map_group(3, 4, &group, blocks, source, mapped);
        else
            map_group(3, 3, &group, blocks, source, mapped);
    }
}

Ahead chunk_ahead(const WinogradBlocks *blocks, int index, const float *images, int height,
                  size_t line) {
    if (index >= blocks->chunks.count)
        return (Ahead){0};
    Chunk chunk = nth_chunk(&blocks->chunks, index);
    int first = axis_position(blocks->down, chunk.row);
    int end = min_int(height, axis_position(blocks->down, chunk.row + chunk.rows));
    int rows = end - first + (chunk.images - 1) * height;
    if (rows <= 0) /* padding alone */
        return (Ahead){0};
    size_t from = ((size_t)chunk.image * height + first) * line;
    return (Ahead){(const char *)(images + from), rows * line * sizeof *images};
}
