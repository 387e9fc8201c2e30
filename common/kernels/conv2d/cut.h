/* Correlations, which all passes are made of, and how work is cut: the batch into chunks, each with
 * a zero-padded copy of its source, the slab; what is counted into shares; and a workspace into the
 * pieces that tasks need.
 *
 * All cuts depend on the shape alone, so results have the same bits with any number of threads. */
#ifndef KERNELS_CONV2D_CUT_H
#define KERNELS_CONV2D_CUT_H

#include <stddef.h>

#include "kernels/simd.h"

/* Where the weights are: weight(r, s, c, f) is
 *   weights[first + r * row + s * col + c * channel + f * filter]. */
typedef struct WeightsOrder {
    long first, row, col, channel, filter;
} WeightsOrder;

/* One correlation without holes:
 *   target(n, y, x, f) = sum over r < rows, s < cols, c < channels of
 *       source(n, y * step + r - top, x * step + s - left, c) * weight(r, s, c, f).
 * Forward is one of these. Backward to the inputs is one for each class of input pixels that meet
 * the same taps: strides * strides of them, interleaved in the target. */
typedef struct Correlation {
    int batch, group;                      /* images, of them by which a method is chosen */
    int height, width, channels;           /* of a source image, */
    int skip, source_height, source_width; /* which is every skip-th pixel of the one in memory */
    int out_height, out_width, filters;    /* positions computed */
    int rows, cols;                        /* taps that see more than padding, */
    int taps;                              /* of the weights, cropped ones included */
    WeightsOrder order;                    /* of the weights in memory */
    int step, top, left;                   /* source pixels a position; padding */
    int target_height, target_width;       /* of a target image */
    int target_row, target_col;            /* of position (0, 0) in it */
    int spacing;                           /* target pixels from position to position */
} Correlation;

/* Enough tasks for many threads; a constant, not the number of threads. */
enum { WANTED_TASKS = 16 };

/* Numbers begin to before end. */
typedef struct Range {
    int begin, end;
} Range;

/* Share number `index` of `count` things in `shares` shares. */
Range share(int count, int shares, int index);

enum { MOST_SHARES = 64 };

/* Tasks of a loop in a parallel region. Each thread takes those of its own share in order, then what
 * is left in the others'. So it finds in its caches what it wrote there in the loop before, and yet
 * nobody waits for a slow thread. */
typedef struct Tasks {
    int count, shares;
    int taken[MOST_SHARES];
} Tasks;

Tasks tasks_make(int count); /* called before the region */
int next_task(Tasks *tasks); /* called by its threads; -1: none is left */

/* A piece of the batch: some whole images, or a band of rows of one. */
typedef struct Chunk {
    int image, images, row, rows;
} Chunk;

typedef struct Chunks {
    int batch, height; /* what is cut */
    int images, rows;  /* of a full chunk */
    int bands, count;  /* bands an image; chunks in all */
} Chunks;

/* Cuts `batch` images of height x width positions into chunks of at most about `positions`. */
Chunks cut_batch(int batch, int height, int width, int positions);
Chunk nth_chunk(const Chunks *chunks, int index);

/* The padded copy of a chunk's source rows: (images, height, width, channels). */
typedef struct Slab {
    int top, left;     /* padding in front of the chunk's first position */
    int height, width; /* an image of a full chunk, padding included */
    size_t floats;
} Slab;

/* One slab that serves all of the correlations. */
Slab slab_for(const Correlation *correlations, int count, const Chunks *chunks);

/* A workspace, from which pieces are taken, each from a cache line on: first those that all threads
 * share, then each thread's own, which lie together. A method lists its pieces in one function,
 * which runs with an empty room to count their bytes and, in each thread, with room_of_thread() to
 * find them. */
typedef struct Room {
    char *shared, *own;             /* where the two kinds begin; NULL while they are counted */
    size_t shared_bytes, own_bytes; /* taken so far; own_bytes of one thread */
} Room;

/* Bytes of a workspace for `threads` threads, given the room that counted the pieces. */
size_t room_bytes(const Room *counted, int threads);

/* The calling thread's view of a workspace, within a parallel region. */
Room room_of_thread(const Room *counted, void *workspace);

void *take_shared(Room *room, size_t bytes); /* one piece for all threads */
void *take_own(Room *room, size_t bytes);    /* a piece for each thread; returns this thread's */

/* What a later task will read, fetched into the cache a piece at a time while this one's products
 * are computed: the memory works while the multipliers do. */
typedef struct Ahead {
    const char *from;
    size_t bytes;
} Ahead;

static inline void fetch_piece(Ahead ahead, int piece, int pieces) {
    size_t size = ahead.bytes / pieces;
    for (size_t at = size * piece; at < size * (piece + 1); at += CACHE_LINE)
        __builtin_prefetch(ahead.from + at);
}

#endif
