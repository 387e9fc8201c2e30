/* Batch normalisation of channels_last values.
 *
 * Work is cut into chunks of positions that stay in the cache between the two looks that the
 * statistics take at them. The loops run over rows: one position each, or with few channels as many
 * positions as make a long row; what belongs to a channel is then repeated along the row. Very many
 * channels are cut into tiles, so that what belongs to a row fits on the stack.
 *
 * Sums run in float down the columns of a chunk, some dozens of values, then on in double, across
 * chunks in their order. */
#include "kernels/batch_norm.h"

#include <math.h>
#include <string.h>

enum {
    VECTOR = 16,          /* floats in the widest vector */
    LONG_ROW = 256,       /* values; shorter rows are joined ... */
    WIDEST_ROW = 1024,    /* ... and wider ones cut */
    FEW_CHANNELS = 64,    /* fewer than these: rows end with a whole vector */
    CHUNK_VALUES = 8192,  /* 32 KiB of inputs ... */
    CHUNK_POSITIONS = 32, /* ... but at least so many positions */
};

static int least(int a, int b) {
    return a < b ? a : b;
}

/* How (P, C) is cut, by its shape alone. */
typedef struct Cut {
    int positions, channels;
    int repeats; /* positions in a row; a power of two */
    int chunk;   /* positions in a chunk */
    int chunks;
} Cut;

static Cut cut_make(int positions, int channels) {
    int repeats = 1;
    while (repeats * channels < LONG_ROW ||
           (channels < FEW_CHANNELS && repeats * channels % VECTOR != 0))
        repeats *= 2;
    int chunk = CHUNK_VALUES / channels;
    if (chunk < CHUNK_POSITIONS)
        chunk = CHUNK_POSITIONS;
    chunk = (chunk + repeats - 1) / repeats * repeats;
    return (Cut){positions, channels, repeats, chunk, (positions - 1) / chunk + 1};
}

/* A chunk's positions, a tile's channels. */
typedef struct Tile {
    int positions, channels;
    int first_channel;
    size_t begin;  /* of its values in (P, C) */
    size_t stride; /* from one position to the next */
    int repeats;
} Tile;

static Tile tile_make(const Cut *cut, int chunk, int first_channel) {
    int position = chunk * cut->chunk;
    return (Tile){
        .positions = least(cut->chunk, cut->positions - position),
        .channels = least(WIDEST_ROW, cut->channels - first_channel),
        .first_channel = first_channel,
        .begin = (size_t)position * cut->channels + first_channel,
        .stride = (size_t)cut->channels,
        .repeats = cut->repeats,
    };
}

/* Values in the row that begins with this position: the last row may be shorter. */
static int row_width(const Tile *tile, int position) {
    return least(tile->repeats, tile->positions - position) * tile->channels;
}

/* What belongs to the tile's channels, repeated along a row. */
static void repeat_row(const Tile *tile, const float *values, float row[WIDEST_ROW]) {
    for (int i = 0; i < tile->repeats; i++)
        memcpy(row + (size_t)i * tile->channels, values, (size_t)tile->channels * sizeof(float));
}

static void clear_row(const Tile *tile, float row[WIDEST_ROW]) {
    memset(row, 0, (size_t)tile->repeats * tile->channels * sizeof(float));
}

/* Adds the columns of each channel up, by halves, into the first one. */
static void fold_row(const Tile *tile, float row[WIDEST_ROW]) {
    for (int half = tile->repeats / 2; half > 0; half /= 2) {
        int width = half * tile->channels;
#pragma omp simd
        for (int i = 0; i < width; i++)
            row[i] += row[i + width];
    }
}

/* Partial sums of two kinds for every chunk and channel, and their totals. */
typedef struct Partials {
    double *first, *second;             /* (chunks, C) */
    double *first_total, *second_total; /* (C) */
} Partials;

static Partials partials_make(const Cut *cut, void *workspace) {
    double *next = workspace;
    size_t channels = (size_t)cut->channels, count = channels * (size_t)cut->chunks;
    return (Partials){
        .first_total = next,
        .second_total = next + channels,
        .first = next + 2 * channels,
        .second = next + 2 * channels + count,
    };
}

static size_t partials_bytes(const Cut *cut) {
    return 2 * sizeof(double) * (size_t)cut->channels * ((size_t)cut->chunks + 1);
}

size_t batch_norm_workspace(int positions, int channels) {
    Cut cut = cut_make(positions, channels);
    size_t coefficients = 3 * sizeof(float) * (size_t)channels;
    return partials_bytes(&cut) + coefficients;
}

/* totals (C) = the sum of partials (chunks, C) over the chunks. */
static void add_partials(const Cut *cut, const double *partials, double *totals) {
    memset(totals, 0, (size_t)cut->channels * sizeof(double));
    for (int chunk = 0; chunk < cut->chunks; chunk++) {
        const double *partial = partials + (size_t)chunk * cut->channels;
#pragma omp simd
        for (int c = 0; c < cut->channels; c++)
            totals[c] += partial[c];
    }
}

/* Each channel's sum over the tile, and the sum of its squared distances from the tile's mean. The
 * distances from the rounded mean add up to what rounding took from it (Chan et al. 1983). */
static void tile_statistics(const Tile *tile, const float *inputs, double *sums, double *squares) {
    float row_sums[WIDEST_ROW], row_squares[WIDEST_ROW], means[WIDEST_ROW];
    clear_row(tile, row_sums);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = inputs + tile->begin + p * tile->stride;
        int width = row_width(tile, p);
#pragma omp simd
        for (int i = 0; i < width; i++)
            row_sums[i] += input[i];
    }
    fold_row(tile, row_sums);
    for (int c = 0; c < tile->channels; c++)
        row_sums[c] /= (float)tile->positions;
    repeat_row(tile, row_sums, means);

    clear_row(tile, row_sums);
    clear_row(tile, row_squares);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = inputs + tile->begin + p * tile->stride;
        int width = row_width(tile, p);
#pragma omp simd
        for (int i = 0; i < width; i++) {
            float distance = input[i] - means[i];
            row_sums[i] += distance;
            row_squares[i] += distance * distance;
        }
    }
    fold_row(tile, row_sums);
    fold_row(tile, row_squares);
    for (int c = 0; c < tile->channels; c++) {
        double lost = row_sums[c];
        sums[c] = (double)means[c] * tile->positions + lost;
        squares[c] = row_squares[c] - lost * lost / tile->positions;
    }
}

void batch_norm_statistics(int positions, int channels, const float *inputs, float *mean,
                           float *variance, void *workspace) {
    Cut cut = cut_make(positions, channels);
    Partials partials = partials_make(&cut, workspace);
#pragma omp parallel for schedule(static)
    for (int chunk = 0; chunk < cut.chunks; chunk++)
        for (int c = 0; c < channels; c += WIDEST_ROW) {
            Tile tile = tile_make(&cut, chunk, c);
            size_t at = (size_t)chunk * channels + c;
            tile_statistics(&tile, inputs, partials.first + at, partials.second + at);
        }

    add_partials(&cut, partials.first, partials.first_total);
    for (int chunk = 0; chunk < cut.chunks; chunk++) {
        int count = tile_make(&cut, chunk, 0).positions;
        const double *sums = partials.first + (size_t)chunk * channels;
        double *squares = partials.second + (size_t)chunk * channels;
#pragma omp simd
        for (int c = 0; c < channels; c++) {
            /* Chan et al. 1979: the chunk's own mean lies beside the mean of all. */
            double distance = sums[c] / count - partials.first_total[c] / positions;
            squares[c] += count * distance * distance;
        }
    }
    add_partials(&cut, partials.second, partials.second_total);
    for (int c = 0; c < channels; c++) {
        mean[c] = (float)(partials.first_total[c] / positions);
        variance[c] = (float)(partials.second_total[c] / positions);
    }
}

void batch_norm_affine(int channels, float epsilon, const float *gamma, const float *beta,
                       const float *mean, const float *variance, float *scale, float *shift) {
    for (int c = 0; c < channels; c++) {
        double exact_scale = gamma[c] / sqrt((double)variance[c] + epsilon);
        scale[c] = (float)exact_scale;
        shift[c] = (float)(beta[c] - mean[c] * exact_scale);
    }
}

static void tile_apply(const Tile *tile, bool relu, const float *inputs, const float *scale,
                       const float *shift, float *outputs) {
    float scales[WIDEST_ROW], shifts[WIDEST_ROW];
    repeat_row(tile, scale + tile->first_channel, scales);
    repeat_row(tile, shift + tile->first_channel, shifts);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = inputs + tile->begin + p * tile->stride;
        float *output = outputs + tile->begin + p * tile->stride;
        int width = row_width(tile, p);
#pragma omp simd
        for (int i = 0; i < width; i++) {
            float value = input[i] * scales[i] + shifts[i];
            output[i] = relu && value < 0 ? 0 : value;
        }
    }
}

void batch_norm_apply(int positions, int channels, bool relu, const float *inputs,
                      const float *scale, const float *shift, float *outputs) {
    Cut cut = cut_make(positions, channels);
#pragma omp parallel for schedule(static)
    for (int chunk = 0; chunk < cut.chunks; chunk++)
        for (int c = 0; c < channels; c += WIDEST_ROW) {
            Tile tile = tile_make(&cut, chunk, c);
            tile_apply(&tile, relu, inputs, scale, shift, outputs);
        }
}

/* The gradient that reaches the normalised value. */
static inline float passed(bool relu, float input, float scale, float shift, float d_output) {
    return relu && !(input * scale + shift > 0) ? 0 : d_output;
}

/* Each channel's sums over the tile of the gradients, and of them times inputs - mean. */
static void tile_reduce(const Tile *tile, const BatchNormSaved *saved, const float *d_outputs,
                        double *sums, double *products) {
    float means[WIDEST_ROW], scales[WIDEST_ROW], shifts[WIDEST_ROW];
    float row_sums[WIDEST_ROW], row_products[WIDEST_ROW];
    bool relu = saved->relu;
    repeat_row(tile, saved->mean + tile->first_channel, means);
    repeat_row(tile, saved->scale + tile->first_channel, scales);
    repeat_row(tile, saved->shift + tile->first_channel, shifts);
    clear_row(tile, row_sums);
    clear_row(tile, row_products);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = saved->inputs + tile->begin + p * tile->stride;
        const float *d_output = d_outputs + tile->begin + p * tile->stride;
        int width = row_width(tile, p);
#pragma omp simd
        for (int i = 0; i < width; i++) {
            float gradient = passed(relu, input[i], scales[i], shifts[i], d_output[i]);
            row_sums[i] += gradient;
            row_products[i] += gradient * (input[i] - means[i]);
        }
    }
    fold_row(tile, row_sums);
    fold_row(tile, row_products);
    for (int c = 0; c < tile->channels; c++) {
        sums[c] = row_sums[c];
        products[c] = row_products[c];
    }
}

/* d_inputs = factor * (gradient - offset - slope * (inputs - mean)), a number of each a channel. */
typedef struct Coefficients {
    float *factor, *offset, *slope;
} Coefficients;

static void tile_gradient(const Tile *tile, const BatchNormSaved *saved, Coefficients coefficients,
                          const float *d_outputs, bool accumulate, float *d_inputs) {
    float means[WIDEST_ROW], scales[WIDEST_ROW], shifts[WIDEST_ROW];
    float factors[WIDEST_ROW], offsets[WIDEST_ROW], slopes[WIDEST_ROW];
    bool relu = saved->relu;
    repeat_row(tile, saved->mean + tile->first_channel, means);
    repeat_row(tile, saved->scale + tile->first_channel, scales);
    repeat_row(tile, saved->shift + tile->first_channel, shifts);
    repeat_row(tile, coefficients.factor + tile->first_channel, factors);
    repeat_row(tile, coefficients.offset + tile->first_channel, offsets);
    repeat_row(tile, coefficients.slope + tile->first_channel, slopes);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = saved->inputs + tile->begin + p * tile->stride;
        const float *d_output = d_outputs + tile->begin + p * tile->stride;
        float *d_input = d_inputs + tile->begin + p * tile->stride;
        int width = row_width(tile, p);
#pragma omp simd
        for (int i = 0; i < width; i++) {
            float gradient = passed(relu, input[i], scales[i], shifts[i], d_output[i]);
            float before = accumulate ? d_input[i] : 0;
            d_input[i] =
                before + factors[i] * (gradient - offsets[i] - slopes[i] * (input[i] - means[i]));
        }
    }
}

/* d_gamma, d_beta and the coefficients from the totals. */
static void finish_channels(const Cut *cut, const BatchNormSaved *saved, const Partials *partials,
                            Coefficients coefficients, float *d_gamma, float *d_beta) {
    for (int c = 0; c < cut->channels; c++) {
        double inverse_deviation = 1 / sqrt((double)saved->variance[c] + saved->epsilon);
        double d_beta_exact = partials->first_total[c];
        double d_gamma_exact = partials->second_total[c] * inverse_deviation;
        d_beta[c] = (float)d_beta_exact;
        d_gamma[c] = (float)d_gamma_exact;

        double share = saved->is_training ? 1.0 / cut->positions : 0;
        coefficients.factor[c] = (float)(saved->gamma[c] * inverse_deviation);
        coefficients.offset[c] = (float)(d_beta_exact * share);
        coefficients.slope[c] = (float)(d_gamma_exact * share * inverse_deviation);
    }
}

void batch_norm_backward(int positions, int channels, const BatchNormSaved *saved,
                         const float *d_outputs, bool accumulate, float *d_inputs, float *d_gamma,
                         float *d_beta, void *workspace) {
    Cut cut = cut_make(positions, channels);
    Partials partials = partials_make(&cut, workspace);
    float *free_space = (float *)((char *)workspace + partials_bytes(&cut));
    Coefficients coefficients = {free_space, free_space + channels, free_space + 2 * channels};

#pragma omp parallel for schedule(static)
    for (int chunk = 0; chunk < cut.chunks; chunk++)
        for (int c = 0; c < channels; c += WIDEST_ROW) {
            Tile tile = tile_make(&cut, chunk, c);
            size_t at = (size_t)chunk * channels + c;
            tile_reduce(&tile, saved, d_outputs, partials.first + at, partials.second + at);
        }

    add_partials(&cut, partials.first, partials.first_total);
    add_partials(&cut, partials.second, partials.second_total);
    finish_channels(&cut, saved, &partials, coefficients, d_gamma, d_beta);

#pragma omp parallel for schedule(static)
    for (int chunk = 0; chunk < cut.chunks; chunk++)
        for (int c = 0; c < channels; c += WIDEST_ROW) {
            Tile tile = tile_make(&cut, chunk, c);
            tile_gradient(&tile, saved, coefficients, d_outputs, accumulate, d_inputs);
        }
}
