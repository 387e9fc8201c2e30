/* What both Winograd passes share: the cut of the maps into blocks of positions, and the mapped
 * inputs of a chunk of blocks.
 *
 * A block has 4 or 3 positions along each axis, whichever fits a map with fewer products: 7 are cut
 * into 4 and 3, 14 into 4, 4, 3 and 3, 6 into 3 and 3. Each block of outputs comes from a block of
 * inputs, 2 longer along each axis, through one product of a vector of channels with a matrix
 * (channels x filters) in each of its planes, 36 of 4 x 4. winograd_maps.h has the maps around the
 * products.
 *
 * Mapped inputs lie in planes (slices, blocks, SLICE channels), the blocks of a kind together. */
#ifndef KERNELS_CONV2D_WINOGRAD_BLOCKS_H
#define KERNELS_CONV2D_WINOGRAD_BLOCKS_H

#include "kernels/conv2d/conv2d.h"
#include "kernels/conv2d/cut.h"
#include "kernels/conv2d/tile.h"

/* Rows x columns of positions. In this order the blocks that have a value in a plane lie together,
 * whichever plane it is. */
typedef enum BlockKind { FOUR_BY_THREE, FOUR_BY_FOUR, THREE_BY_FOUR, THREE_BY_THREE } BlockKind;
enum { BLOCK_KINDS = THREE_BY_THREE + 1 };

/* Planes lie a line more than their size apart, or all would meet in the same sets of a cache. */
enum { PLANE_GAP = LINE_FLOATS };

/* Positions along one axis: first the blocks of four, then those of three. */
typedef struct AxisBlocks {
    int fours, threes;
} AxisBlocks;

/* Of its largest block; planes of the fours' point are used where it is 4. */
static inline int most_outputs(AxisBlocks axis) {
    return axis.fours > 0 ? 4 : 3;
}

typedef struct WinogradBlocks {
    AxisBlocks down, across;
    Chunks chunks; /* of rows of blocks */
    int most;      /* blocks in a full chunk, and the distance of slices in blocks */
    size_t plane;  /* floats from one plane of mapped inputs to the next */
    size_t floats; /* of the mapped inputs of a chunk */
} WinogradBlocks;

/* Cuts the batch into about `tasks` chunks or, if there is much of it, more. */
WinogradBlocks cut_blocks(const Correlation *correlation, int tasks);

/* A chunk's blocks of one kind: (images, rows, columns), numbered from `first` on. */
typedef struct BlockGroup {
    int first;
    int image, images;
    int rows, columns; /* of an image */
    int y, x;          /* the first position of its first block */
} BlockGroup;

BlockGroup block_group(const WinogradBlocks *blocks, Chunk chunk, BlockKind kind);

/* The numbers of a chunk's blocks that have a value in a plane; [1]: of the fours' point, down and
 * across. */
typedef struct PlaneRanges {
    Range range[2][2];
} PlaneRanges;

PlaneRanges plane_ranges(const WinogradBlocks *blocks, Chunk chunk);
Range blocks_in_plane(const PlaneRanges *ranges, int plane);

/* What is mapped. */
typedef struct WinogradSource {
    const Correlation *correlation;
    Conv2DPrologue prologue;
    const float *images;
} WinogradSource;

/* Maps every block of a chunk's inputs. */
void map_inputs(const WinogradBlocks *blocks, const WinogradSource *source, Chunk chunk,
                float *mapped);

/* The lines of chunk number `index`, nothing beyond the last chunk, in images that have
 * `height` lines of `line` floats. */
Ahead chunk_ahead(const WinogradBlocks *blocks, int index, const float *images, int height,
                  size_t line);

#endif
