/* How the passes of batch normalisation cut (P, C) values, by the shape alone.
 *
 * A chunk is so many positions that they stay in the cache between two looks at them; one thread
 * does it. The loops run over rows: one position each, or with few channels as many positions as
 * make a long row; what belongs to a channel is then repeated along the row. A tile is a chunk's
 * part of at most WIDEST_ROW channels, so that what belongs to a row fits on the stack.
 *
 * Sums run in float down the columns of a tile, some dozens of values, then on in double across
 * chunks in their order. */
#ifndef KERNELS_BATCH_NORM_TILE_H
#define KERNELS_BATCH_NORM_TILE_H

#include <stddef.h>
#include <string.h>

enum {
    CACHE_LINE = 16,      /* floats; also the widest vector */
    LONG_ROW = 256,       /* values; shorter rows are joined ... */
    WIDEST_ROW = 1024,    /* ... and wider ones cut */
    FEW_CHANNELS = 64,    /* with fewer, rows end with a whole vector */
    CHUNK_VALUES = 8192,  /* 32 KiB ... */
    CHUNK_POSITIONS = 32, /* ... but at least so many positions */
    FETCH_AHEAD = 1024,   /* values; a page, which is where the processor stops looking ahead */
};

typedef struct Cut {
    int positions, channels;
    int repeats; /* positions in a row; a power of two */
    int chunk;   /* positions in a chunk */
    int chunks;
} Cut;

typedef struct Tile {
    int positions, channels;
    int first_channel;
    int repeats;
    size_t begin;  /* of its values in (P, C) */
    size_t stride; /* from one position to the next */
} Tile;

static inline int cut_least(int a, int b) {
    return a < b ? a : b;
}

static inline Cut cut_make(int positions, int channels) {
    int repeats = 1;
    while (repeats * channels < LONG_ROW ||
           (channels < FEW_CHANNELS && repeats * channels % CACHE_LINE != 0))
        repeats *= 2;
    int chunk = CHUNK_VALUES / channels;
    if (chunk < CHUNK_POSITIONS)
        chunk = CHUNK_POSITIONS;
    chunk = (chunk + repeats - 1) / repeats * repeats;
    return (Cut){positions, channels, repeats, chunk, (positions - 1) / chunk + 1};
}

static inline int cut_chunk_positions(const Cut *cut, int chunk) {
    return cut_least(cut->chunk, cut->positions - chunk * cut->chunk);
}

static inline Tile tile_make(const Cut *cut, int chunk, int first_channel) {
    return (Tile){
        .positions = cut_chunk_positions(cut, chunk),
        .channels = cut_least(WIDEST_ROW, cut->channels - first_channel),
        .first_channel = first_channel,
        .repeats = cut->repeats,
        .begin = (size_t)chunk * cut->chunk * cut->channels + first_channel,
        .stride = (size_t)cut->channels,
    };
}

/* Where the row that begins with this position lies in (P, C). */
static inline size_t row_begin(const Tile *tile, int position) {
    return tile->begin + (size_t)position * tile->stride;
}

/* Values in that row: the last one may be shorter. */
static inline int row_width(const Tile *tile, int position) {
    return cut_least(tile->repeats, tile->positions - position) * tile->channels;
}

/* Starts to bring a row into the cache. Beyond the end of an array this does nothing. */
static inline void row_fetch(const float *from, int width) {
    for (int i = 0; i < width; i += CACHE_LINE)
        __builtin_prefetch(from + i);
}

static inline void row_clear(const Tile *tile, float row[WIDEST_ROW]) {
    memset(row, 0, (size_t)tile->repeats * tile->channels * sizeof(float));
}

/* What belongs to the tile's channels, repeated along a row: each copy doubles what is there. */
static inline void row_repeat(const Tile *tile, const float *values, float row[WIDEST_ROW]) {
    memcpy(row, values, (size_t)tile->channels * sizeof(float));
    for (int i = 1; i < tile->repeats; i *= 2)
        memcpy(row + i * tile->channels, row, (size_t)i * tile->channels * sizeof(float));
}

/* Adds the columns of each channel up, by halves, into the first one. */
static inline void row_fold(const Tile *tile, float row[WIDEST_ROW]) {
    for (int half = tile->repeats / 2; half > 0; half /= 2) {
        int width = half * tile->channels;
#pragma omp simd
        for (int i = 0; i < width; i++)
            row[i] += row[i + width];
    }
}

/* Sums of two kinds for every chunk and channel, and their totals. */
typedef struct Partials {
    double *first, *second;             /* (chunks, C) */
    double *first_total, *second_total; /* (C) */
} Partials;

static inline Partials partials_make(const Cut *cut, void *workspace) {
    double *next = workspace;
    size_t channels = (size_t)cut->channels, count = channels * (size_t)cut->chunks;
    return (Partials){
        .first_total = next,
        .second_total = next + channels,
        .first = next + 2 * channels,
        .second = next + 2 * channels + count,
    };
}

static inline size_t partials_bytes(const Cut *cut) {
    return 2 * sizeof(double) * (size_t)cut->channels * ((size_t)cut->chunks + 1);
}

/* totals (C) = the sum of partials (chunks, C) over the chunks. */
static inline void partials_add(const Cut *cut, const double *partials, double *totals) {
    memset(totals, 0, (size_t)cut->channels * sizeof(double));
    for (int chunk = 0; chunk < cut->chunks; chunk++) {
        const double *partial = partials + (size_t)chunk * cut->channels;
#pragma omp simd
        for (int c = 0; c < cut->channels; c++)
            totals[c] += partial[c];
    }
}

#endif
