/* Batch normalisation forward: statistics, scale and shift, and their application. How the work is
 * cut: kernels/batch_norm_tile.h. */
#include "kernels/batch_norm.h"

#include <math.h>

#include "kernels/batch_norm_tile.h"

size_t batch_norm_workspace(BatchNormSize size) {
    Cut cut = cut_make(size.positions, size.channels, groups_count(size.groups));
    size_t coefficients = 3 * sizeof(float) * (size_t)size.channels; /* of the backward pass */
    return partials_bytes(&cut) + coefficients;
}

static void tile_means(const Tile *tile, const float *inputs, float means[WIDEST_ROW]) {
    float sums[WIDEST_ROW];
    row_clear(tile, sums);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = inputs + row_begin(tile, p);
        int width = row_width(tile, p);
        row_fetch(input + FETCH_AHEAD, width);
#pragma omp simd
        for (int i = 0; i < width; i++)
            sums[i] += input[i];
    }
    row_fold(tile, sums);
    for (int c = 0; c < tile->channels; c++)
        sums[c] /= (float)tile->positions;
    row_repeat(tile, sums, means);
}

/* Each channel's sum over the tile, and the sum of the squared distances from the tile's mean. The
 * mean is rounded: the distances' sum is not 0, and corrects both results (Chan et al. 1983). */
static void tile_statistics(const Tile *tile, const float *inputs, double *sums, double *squares) {
    float means[WIDEST_ROW], row_sums[WIDEST_ROW], row_squares[WIDEST_ROW];
    tile_means(tile, inputs, means);
    row_clear(tile, row_sums);
    row_clear(tile, row_squares);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = inputs + row_begin(tile, p);
        int width = row_width(tile, p);
        /* This chunk is in the cache; the next is not. */
        row_fetch(input + (size_t)tile->positions * tile->stride, width);
#pragma omp simd
        for (int i = 0; i < width; i++) {
            float distance = input[i] - means[i];
            row_sums[i] += distance;
            row_squares[i] += distance * distance;
        }
    }
    row_fold(tile, row_sums);
    row_fold(tile, row_squares);
    for (int c = 0; c < tile->channels; c++) {
        double rest = row_sums[c];
        sums[c] = (double)means[c] * tile->positions + rest;
        squares[c] = row_squares[c] - rest * rest / tile->positions;
    }
}

/* Turns each chunk's sum of squared distances from the chunk's mean into that from the group's mean
 * (Chan et al. 1979). */
static void move_to_group_mean(const Cut *cut, const Partials *partials, int group) {
    const double *totals = group_totals(cut, partials, group);
    for (int i = 0; i < cut->group_chunks; i++) {
        int chunk = group * cut->group_chunks + i, count = cut_chunk_positions(cut, chunk);
        const double *sums = partials->first + (size_t)chunk * cut->channels;
        double *squares = partials->second + (size_t)chunk * cut->channels;
#pragma omp simd
        for (int c = 0; c < cut->channels; c++) {
            double distance = sums[c] / count - totals[c] / cut->group_positions;
            squares[c] += count * distance * distance;
        }
    }
}

/* Turns the group's partials into its means (C) and variances (C). */
static void group_statistics(const Cut *cut, const Partials *partials, int group) {
    double *means = group_totals(cut, partials, group), *variances = means + cut->channels;
    partials_add(cut, partials->first, group, means);
    move_to_group_mean(cut, partials, group);
    partials_add(cut, partials->second, group, variances);
    for (int c = 0; c < 2 * cut->channels; c++)
        means[c] /= cut->group_positions;
}

/* Means (C) and variances (C) of two sets of equal size: those of their union. */
static void combine_statistics(int count, double *values, const double *others) {
    int channels = count / 2;
    for (int c = 0; c < channels; c++) {
        double half = (others[c] - values[c]) / 2;
        values[c] = (values[c] + others[c]) / 2;
        values[c + channels] = (values[c + channels] + others[c + channels]) / 2 + half * half;
    }
}

void batch_norm_statistics(BatchNormSize size, const float *inputs, float *mean, float *variance,
                           void *workspace) {
    int groups = groups_count(size.groups), channels = size.channels;
    Cut cut = cut_make(size.positions, channels, groups);
    Partials partials = partials_make(&cut, workspace);
#pragma omp parallel for schedule(static)
    for (int chunk = 0; chunk < cut.chunks; chunk++)
        for (int c = 0; c < channels; c += WIDEST_ROW) {
            Tile tile = tile_make(&cut, chunk, c);
            size_t at = (size_t)chunk * channels + c;
            tile_statistics(&tile, inputs, partials.first + at, partials.second + at);
        }

    for (int group = 0; group < groups; group++)
        group_statistics(&cut, &partials, group);
    groups_combine(size.groups, 2 * channels, partials.totals, combine_statistics);
    for (int c = 0; c < channels; c++) {
        mean[c] = (float)partials.totals[c];
        variance[c] = (float)partials.totals[channels + c];
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
    row_repeat(tile, scale + tile->first_channel, scales);
    row_repeat(tile, shift + tile->first_channel, shifts);
    for (int p = 0; p < tile->positions; p += tile->repeats) {
        const float *input = inputs + row_begin(tile, p);
        float *output = outputs + row_begin(tile, p);
        int width = row_width(tile, p);
        row_fetch(input + FETCH_AHEAD, width);
#pragma omp simd
        for (int i = 0; i < width; i++) {
            float value = input[i] * scales[i] + shifts[i];
            output[i] = relu && value < 0 ? 0 : value;
        }
    }
}

void batch_norm_apply(int positions, int channels, bool relu, const float *inputs,
                      const float *scale, const float *shift, float *outputs) {
    Cut cut = cut_make(positions, channels, 1);
#pragma omp parallel for schedule(static)
    for (int chunk = 0; chunk < cut.chunks; chunk++)
        for (int c = 0; c < channels; c += WIDEST_ROW) {
            Tile tile = tile_make(&cut, chunk, c);
            tile_apply(&tile, relu, inputs, scale, shift, outputs);
        }
}
