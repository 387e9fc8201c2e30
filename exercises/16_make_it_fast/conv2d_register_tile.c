/* Exercise 16_make_it_fast, part 4: a tile of sums.
 *
 * In part 3 every vector of weights is loaded for a single multiply-add. Here it serves PIXELS of
 * them. A tile is PIXELS places of the outputs times VECTORS vectors of filters, all of whose sums
 * are in registers:
 *
 *                      weights:  vector 0        vector 1
 *     input of pixel 0           sums[0][0]      sums[0][1]
 *     input of pixel 1           sums[1][0]      sums[1][1]
 *     ...                        ...             ...
 *
 * A step loads VECTORS vectors of weights and PIXELS inputs, and multiplies all with all. With 8
 * pixels and 2 vectors these are 10 loads for 16 multiply-adds, and 16 sums that do not wait for
 * one another.
 *
 * The walk over the outputs is done for you, in conv2d_register_tile(): it takes the filters PANEL
 * at a time, and the places of all images PIXELS at a time, row after row. Where a tile's windows
 * begin and where its outputs go is in two lists of pointers. If too few places are left, the last
 * one stands in the lists several times. Write compute_tile().
 *
 * `filters` is how many filters of the panel there are: PANEL, or fewer in the last one, from 1 on.
 * So vector v has filters - v * VECTOR_FLOATS of them. That may be 0 or less: nothing is to be
 * loaded or stored then. vector_load_first() and vector_store_first() do nothing with a count of 0,
 * but they want no negative one: max_int() of base/integers.h.
 *
 * Step by step:
 *   1. sums[i][v] begins with vector v of the bias, for every pixel i.
 *   2. Loops over r and step, as in part 2. Pixel i's row r begins r * in_width * channels floats
 *      behind windows[i]. From step to step, the weights move on by shape->filters floats: the
 *      kernel's rows have all filters, not only the panel's.
 *   3. In a step, for each i and v: sums[i][v] += the input times vector v of the weights. Both
 *      loops have constant ends, PIXELS and VECTORS: the compiler writes them out, and the sums are
 *      registers.
 *   4. At the end, sums[i][v] goes to vector v of outputs[i]. */
#include "base/integers.h"
#include "kernels/simd.h"
#include "pieces/fast.h"

/* Sums, the step's weights and an input fit into the registers. */
enum {
    PIXELS = VECTOR_REGISTERS == 32 ? 8
             : VECTOR_FLOATS == 4   ? 4
                                    : 6,
    VECTORS = 2,
    PANEL = VECTORS * VECTOR_FLOATS,
};

/* The filters of a panel at PIXELS places. The pointers weights and bias, and those in outputs, are
 * at the panel's first filter. */
ALWAYS_INLINE void compute_tile(const Conv2DShape *shape, const float *const windows[PIXELS],
                                const float *weights, const float *bias, int filters,
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

void conv2d_register_tile(const Conv2DShape *shape, const float *inputs, const float *kernel,
                          const float *bias, float *outputs) {
    int places = shape->batch * shape->out_height * shape->out_width;
    for (int k = 0; k < shape->filters; k += PANEL)
        for (int first = 0; first < places; first += PIXELS) {
            const float *windows[PIXELS];
            float *to[PIXELS];
            find_places(shape, inputs, outputs + k, first, windows, to);
            int filters = shape->filters - k;
            if (filters >= PANEL) /* a constant: nothing has to be counted inside */
                compute_tile(shape, windows, kernel + k, bias + k, PANEL, to);
            else
                compute_tile(shape, windows, kernel + k, bias + k, filters, to);
        }
}
