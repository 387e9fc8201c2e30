/* Batch normalisation backward: one pass finds the sums over each channel, one applies them. How
 * the work is cut: kernels/batch_norm_tile.h. */
#include <math.h>

#include "kernels/batch_norm.h"
#include "kernels/batch_norm_tile.h"

/* The channels' numbers that both passes need, repeated along a row. */
typedef struct SavedRow {
    float means[WIDEST_ROW], scales[WIDEST_ROW], shifts[WIDEST_ROW];
} SavedRow;

static void saved_row_fill(const Tile *tile, const BatchNormSaved *saved, SavedRow *row) {
    row_repeat(tile, saved->mean + tile->first_channel, row->means);
    if (saved->relu) {
        row_repeat(tile, saved->scale + tile->first_channel, row->scales);
        row_repeat(tile, saved->shift + tile->first_channel, row->shifts);
    } else {
        row_clear(tile, row->scales);
        row_clear(tile, row->shifts);
    }
}

/* The gradient of the normalised value: d_output, or 0 if the ReLU stopped the value. */
static inline float passed(bool relu, float input, float scale, float shift, float d_output) {
    return relu && !(input * scale + shift > 0) ? 0 : d_output;
}

/* Each channel's sums over the tile of gradient, and of gradient * (input - mean). */
static void tile_reduce(const Tile *tile, const BatchNormSaved *saved, const float *d_outputs,
                        double *sums, double *products) {
    SavedRow row;
    float row_sums[WIDEST_ROW], row_products[WIDEST_ROW];
    bool relu = saved->relu;
    saved_row_fill(tile, saved, &row);
    row_clear(tile, row_sums);
    row_clear(tile, row_products);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = saved->inputs + row_begin(tile, p);
        const float *d_output = d_outputs + row_begin(tile, p);
        int width = row_width(tile, p);
        row_fetch(input + FETCH_AHEAD, width);
        row_fetch(d_output + FETCH_AHEAD, width);
#pragma omp simd
        for (int i = 0; i < width; i++) {
            float gradient = passed(relu, input[i], row.scales[i], row.shifts[i], d_output[i]);
            row_sums[i] += gradient;
            row_products[i] += gradient * (input[i] - row.means[i]);
        }
    }
    row_fold(tile, row_sums);
    row_fold(tile, row_products);
    for (int c = 0; c < tile->channels; c++) {
        sums[c] = row_sums[c];
        products[c] = row_products[c];
    }
}

/* d_inputs = factor * (gradient - offset - slope * (inputs - mean)), with C coefficients each. */
typedef struct Coefficients {
    float *factor, *offset, *slope;
} Coefficients;

/* Computes d_gamma, d_beta and the coefficients from the totals of the whole batch. */
static void finish_channels(BatchNormSize size, const BatchNormSaved *saved, const double *totals,
                            Coefficients coefficients, float *d_gamma, float *d_beta) {
    int processes = groups_processes(size.groups);
    double positions = (double)size.positions * processes;
    for (int c = 0; c < size.channels; c++) {
        double inverse_deviation = 1 / sqrt((double)saved->variance[c] + saved->epsilon);
        double sum = totals[c];
        double sum_normalised = totals[size.channels + c] * inverse_deviation;
        d_beta[c] = (float)sum / (float)processes;
        d_gamma[c] = (float)sum_normalised / (float)processes;

        double share = saved->is_training ? 1.0 / positions : 0;
        coefficients.factor[c] = (float)(saved->gamma[c] * inverse_deviation);
        coefficients.offset[c] = (float)(sum * share);
        coefficients.slope[c] = (float)(sum_normalised * share * inverse_deviation);
    }
}

static void tile_gradient(const Tile *tile, const BatchNormSaved *saved, Coefficients coefficients,
                          const float *d_outputs, bool accumulate, float *d_inputs) {
    SavedRow row;
    float factors[WIDEST_ROW], offsets[WIDEST_ROW], slopes[WIDEST_ROW];
    bool relu = saved->relu;
    saved_row_fill(tile, saved, &row);
    row_repeat(tile, coefficients.factor + tile->first_channel, factors);
    row_repeat(tile, coefficients.offset + tile->first_channel, offsets);
    row_repeat(tile, coefficients.slope + tile->first_channel, slopes);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = saved->inputs + row_begin(tile, p);
        const float *d_output = d_outputs + row_begin(tile, p);
        float *d_input = d_inputs + row_begin(tile, p);
        int width = row_width(tile, p);
        row_fetch(input + FETCH_AHEAD, width);
        row_fetch(d_output + FETCH_AHEAD, width);
#pragma omp simd
        for (int i = 0; i < width; i++) {
            float gradient = passed(relu, input[i], row.scales[i], row.shifts[i], d_output[i]);
            float distance = input[i] - row.means[i];
            float before = accumulate ? d_input[i] : 0;
            d_input[i] = before + factors[i] * (gradient - offsets[i] - slopes[i] * distance);
        }
    }
}

void batch_norm_backward(BatchNormSize size, const BatchNormSaved *saved, const float *d_outputs,
                         bool accumulate, float *d_inputs, float *d_gamma, float *d_beta,
                         void *workspace) {
    int groups = groups_count(size.groups), channels = size.channels;
    Cut cut = cut_make(size.positions, channels, groups);
    Partials partials = partials_make(&cut, workspace);
    float *next = (float *)((char *)workspace + partials_bytes(&cut));
    Coefficients coefficients = {next, next + channels, next + 2 * (size_t)channels};

#pragma omp parallel for schedule(static)
    for (int chunk = 0; chunk < cut.chunks; chunk++)
        for (int c = 0; c < channels; c += WIDEST_ROW) {
            Tile tile = tile_make(&cut, chunk, c);
            size_t at = (size_t)chunk * channels + c;
            tile_reduce(&tile, saved, d_outputs, partials.first + at, partials.second + at);
        }

    for (int group = 0; group < groups; group++) {
        double *totals = group_totals(&cut, &partials, group);
        partials_add(&cut, partials.first, group, totals);
        partials_add(&cut, partials.second, group, totals + channels);
    }
    groups_combine(size.groups, 2 * channels, partials.totals, combine_sums);
    finish_channels(size, saved, partials.totals, coefficients, d_gamma, d_beta);
    if (!d_inputs)
        return;

#pragma omp parallel for schedule(static)
    for (int chunk = 0; chunk < cut.chunks; chunk++)
        for (int c = 0; c < channels; c += WIDEST_ROW) {
            Tile tile = tile_make(&cut, chunk, c);
            tile_gradient(&tile, saved, coefficients, d_outputs, accumulate, d_inputs);
        }
}
