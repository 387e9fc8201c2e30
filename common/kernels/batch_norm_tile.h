/* How the passes of batch normalisation cut (P, C) values, by the shape alone.
 *
 * A chunk is a run of positions, small enough to stay in the cache between two loops over it; one
 * thread works on it. The loops go from row to row. A row is one position or, with few channels,
 * several positions joined; numbers that belong to channels are then repeated along the row. A tile
 * is a chunk's part of at most WIDEST_ROW channels, so that such a repeated row fits on the stack.
 *
 * Sums are floats along the columns of a tile, some dozens of values, and doubles across chunks, in
 * the chunks' order. Each group of images (kernels/groups.h) is cut by itself. */
#ifndef KERNELS_BATCH_NORM_TILE_H
#define KERNELS_BATCH_NORM_TILE_H

#include <stddef.h>
#include <string.h>

#include "base/integers.h"
#include "kernels/simd.h"

enum {
    LONG_ROW = 256,       /* values; shorter rows are joined ... */
    WIDEST_ROW = 1024,    /* ... and wider ones cut */
    FEW_CHANNELS = 64,    /* with fewer, rows end with a whole line, and so with a whole vector */
    CHUNK_VALUES = 8192,  /* 32 KiB ... */
    CHUNK_POSITIONS = 32, /* ... but at least this number of positions */
    FETCH_AHEAD = 1024,   /* values: a page, where the processor's own prefetching stops */
};

typedef struct Cut {
    int channels;
    int repeats;         /* positions in a row; a power of two */
    int chunk_positions; /* of all chunks but a group's last */
    int chunks;
    int group_positions, group_chunks; /* of a group */
} Cut;

typedef struct Tile {
    int positions, channels;
    int first_channel;
    int repeats;
    size_t begin;  /* the first value's index in (P, C) */
    size_t stride; /* from one position to the next */
} Tile;

static inline Cut cut_make(int positions, int channels, int groups) {
    int repeats = 1;
    while (repeats * channels < LONG_ROW ||
           (channels < FEW_CHANNELS && repeats * channels % LINE_FLOATS != 0))
        repeats *= 2;
    int chunk = max_int(CHUNK_VALUES / channels, CHUNK_POSITIONS);
    chunk = ceil_div(chunk, repeats) * repeats;
    int group = positions / groups, group_chunks = (group - 1) / chunk + 1;
    return (Cut){channels, repeats, chunk, groups * group_chunks, group, group_chunks};
}

/* The chunk's first position within its group. */
static inline int cut_chunk_first(const Cut *cut, int chunk) {
    return chunk % cut->group_chunks * cut->chunk_positions;
}

static inline int cut_chunk_positions(const Cut *cut, int chunk) {
    return min_int(cut->chunk_positions, cut->group_positions - cut_chunk_first(cut, chunk));
}

static inline Tile tile_make(const Cut *cut, int chunk, int first_channel) {
    int first = chunk / cut->group_chunks * cut->group_positions + cut_chunk_first(cut, chunk);
    return (Tile){
        .positions = cut_chunk_positions(cut, chunk),
        .channels = min_int(WIDEST_ROW, cut->channels - first_channel),
        .first_channel = first_channel,
        .repeats = cut->repeats,
        .begin = (size_t)first * cut->channels + first_channel,
        .stride = (size_t)cut->channels,
    };
}

/* The index in (P, C) of the row that begins with this position of the tile. */
static inline size_t row_begin(const Tile *tile, int position) {
    return tile->begin + (size_t)position * tile->stride;
}

/* The number of values in that row; the tile's last row may be shorter. */
static inline int row_width(const Tile *tile, int position) {
    return min_int(tile->repeats, tile->positions - position) * tile->channels;
}

/* Starts to bring a row into the cache. Beyond the end of an array this does nothing. */
static inline void row_fetch(const float *row, int width) {
    for (int i = 0; i < width; i += LINE_FLOATS)
        __builtin_prefetch(row + i);
}

static inline void row_clear(const Tile *tile, float row[WIDEST_ROW]) {
    memset(row, 0, (size_t)tile->repeats * tile->channels * sizeof(float));
}

/* Repeats values, one for each channel of the tile, along a row; each copy doubles their number. */
static inline void row_repeat(const Tile *tile, const float *values, float row[WIDEST_ROW]) {
    memcpy(row, values, (size_t)tile->channels * sizeof(float));
    for (int i = 1; i < tile->repeats; i *= 2)
        memcpy(row + i * tile->channels, row, (size_t)i * tile->channels * sizeof(float));
}

/* Adds each channel's columns, by halves, into the channel's first column. */
static inline void row_fold(const Tile *tile, float row[WIDEST_ROW]) {
    for (int half = tile->repeats / 2; half > 0; half /= 2) {
        int width = half * tile->channels;
#pragma omp simd
        for (int i = 0; i < width; i++)
            row[i] += row[i + width];
    }
}

/* Two kinds of sums for each chunk and channel, and their totals over each group's chunks. */
typedef struct Partials {
    double *first, *second; /* (chunks, C) */
    double *totals;         /* (groups + 1, 2, C): as groups_combine() wants them */
} Partials;

static inline size_t totals_count(const Cut *cut) {
    int groups = cut->chunks / cut->group_chunks;
    return 2 * (size_t)cut->channels * ((size_t)groups + 1);
}

static inline Partials partials_make(const Cut *cut, void *workspace) {
    double *chunks = (double *)workspace + totals_count(cut);
    return (Partials){
        .totals = workspace,
        .first = chunks,
        .second = chunks + (size_t)cut->channels * cut->chunks,
    };
}

static inline size_t partials_bytes(const Cut *cut) {
    return sizeof(double) * (totals_count(cut) + 2 * (size_t)cut->channels * cut->chunks);
}

/* The group's totals of the first kind; those of the second follow. */
static inline double *group_totals(const Cut *cut, const Partials *partials, int group) {
    return partials->totals + 2 * (size_t)group * cut->channels;
}

/* totals (C) = the sum of partials (chunks, C) over the group's chunks. */
static inline void partials_add(const Cut *cut, const double *partials, int group, double *totals) {
    memset(totals, 0, (size_t)cut->channels * sizeof(double));
    for (int i = 0; i < cut->group_chunks; i++) {
        const double *partial = partials + ((size_t)group * cut->group_chunks + i) * cut->channels;
#pragma omp simd
        for (int c = 0; c < cut->channels; c++)
            totals[c] += partial[c];
    }
}

#endif
