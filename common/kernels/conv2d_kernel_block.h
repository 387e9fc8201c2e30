/* The innermost part of the backward pass to the kernel: one block of channels of a chunk against
 * one panel of its d_outputs. */
#ifndef KERNELS_CONV2D_KERNEL_BLOCK_H
#define KERNELS_CONV2D_KERNEL_BLOCK_H

#include "kernels/conv2d_geometry.h"

/* A box of positions. */
typedef struct Box {
    int row, end_row, col, end_col;
} Box;

/* One panel of a chunk, and the runs of steps listed last, which the next block may share. */
typedef struct KernelWork {
    const Correlation *layer;
    const Slab *slab;
    int kernel_size;
    Chunk chunk;
    float *pixels, *packed; /* the chunk's slab, and room for a panel of its d_outputs */
    const float *panel;     /* there, or in d_outputs themselves */
    int pitch;              /* floats from one position of the panel to the next */
    int lane, vectors;      /* the panel's first filter, and how many vectors it has */
    Run *runs;
    int count, width;        /* of the runs, and the channels of the block they are for; 0: none */
    int first_tap, last_tap; /* the taps that they are for, and the positions that those see */
    Box box;
} KernelWork;

/* Adds the panel's products with the block of `width` channels at channel `first`, whose pixels
 * begin at `values`, to d_kernel (R, S, C, K); from nothing if the chunk is the first. */
void kernel_add_block(KernelWork *work, int first, int width, const float *values, bool is_first,
                      float *d_kernel);

#endif
