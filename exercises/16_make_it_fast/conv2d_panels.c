/* Exercise 16_make_it_fast, part 5: weights in panels.
 *
 * A tile of part 4 reads the weights of PANEL filters, a small piece of each of the kernel's rows,
 * and the next piece lies `filters` floats further on. Caches keep whole lines and choose a line's
 * place by its address, so pieces at such distances push one another out. And in the last panel
 * each load has to ask how many filters there are.
 *
 * Both end when the weights are copied once, panel by panel, in the order in which tiles read them:
 *
 *     kernel (steps, filters)          panel (steps, PANEL)
 *     . . . . a b c d . . . .          a b c d
 *     . . . . e f g h . . . .    ->    e f g h      one stretch of memory
 *     . . . . i j k l . . . .          i j k l
 *
 * A step is one (r, s, c); there are kernel_size * kernel_size * channels of them. In the last
 * panel the lanes behind the last filter are filled with zeros. Then a tile always loads whole
 * vectors of weights, and the lanes that belong to no filter compute zeros that nobody stores.
 *
 * The walk is that of part 4. Before a panel's tiles are computed, pack_panel() is called for it.
 * Write pack_panel() and compute_tile().
 *
 * Step by step:
 *   1. pack_panel(): for each step, the weights of the panel's filters, then zeros up to PANEL.
 *      What stands in the panel is rubbish: it may be the weights of the panel before.
 *   2. compute_tile(): copy it from part 4. The weights come from `panel`: from step to step it is
 *      PANEL floats, and every load is vector_load(). The bias and the outputs are still as they
 *      are: they need vector_load_first() and vector_store_first(), once a tile. */
#include "base/integers.h"
#include "base/memory.h"
#include "kernels/simd.h"
#include "pieces/fast.h"

#include <stdlib.h>

/* Sums, the step's weights and an input fit into the registers. */
enum {
    PIXELS = VECTOR_REGISTERS == 32 ? 8
             : VECTOR_FLOATS == 4   ? 4
                                    : 6,
    VECTORS = 2,
    PANEL = VECTORS * VECTOR_FLOATS,
};

/* Copies the weights of `filters` filters, at most PANEL, to panel (steps, PANEL). The pointer
 * weights is at the first filter of the kernel's first row. */
static void pack_panel(const Conv2DShape *shape, const float *weights, int filters, float *panel) {
    /* CODE HERE */
}

/* The filters of a panel at PIXELS places. The pointer bias, and those in outputs, are at the
 * panel's first filter. */
static void compute_tile(const Conv2DShape *shape, const float *const windows[PIXELS],
                         const float *panel, const float *bias, int filters,
                         float *const outputs[PIXELS]) {
    /* CODE HERE */
}

/* Where the windows and outputs of PIXELS places begin, from place number `first` on. */
static void find_places(const Conv2DShape *shape, const float *inputs, float *outputs, int first,
                        const float *windows[PIXELS], float *to[PIXELS]) {
    int height = shape->out_height, width = shape->out_width;
    for (int i = 0; i < PIXELS; i++) {
        int place = min_int(first + i, shape->batch * height * width - 1);
        int n = place / (height * width), y = place / width % height, x = place % width;
        windows[i] =
            inputs + image_index(CHANNELS_LAST, shape->in_height, shape->in_width, shape->channels,
                                 n, y * shape->strides, x * shape->strides, 0);
        to[i] = outputs + (size_t)place * shape->filters;
    }
}

void conv2d_panels(const Conv2DShape *shape, const float *inputs, const float *kernel,
                   const float *bias, float *outputs) {
    int places = shape->batch * shape->out_height * shape->out_width;
    size_t steps = (size_t)shape->kernel_size * shape->kernel_size * shape->channels;
    float *panel = memory_new(steps * PANEL, sizeof *panel);
    for (int k = 0; k < shape->filters; k += PANEL) {
        int filters = min_int(PANEL, shape->filters - k);
        pack_panel(shape, kernel + k, filters, panel);
        for (int first = 0; first < places; first += PIXELS) {
            const float *windows[PIXELS];
            float *to[PIXELS];
            find_places(shape, inputs, outputs + k, first, windows, to);
            compute_tile(shape, windows, panel, bias + k, filters, to);
        }
    }
    free(panel);
}
