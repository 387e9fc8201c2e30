#include "data/dataset.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/integers.h"

static const double PIXEL_MAX = 255.0;

void dataset_free(Dataset *dataset) {
    free(dataset->images);
    free(dataset->labels);
    free(dataset->class_names);
    *dataset = (Dataset){0};
}

void dataset_limit(Dataset *dataset, int count) {
    require(count >= 1, "dataset limit: keep at least 1 image, not %d", count);
    dataset->count = min_int(dataset->count, count);
}

Image dataset_image(const Dataset *dataset, int number) {
    size_t bytes = (size_t)dataset->height * dataset->width * dataset->channels;
    return (Image){dataset->height, dataset->width, dataset->channels,
                   dataset->images + (size_t)number * bytes};
}

DatasetStatistics dataset_statistics(const Dataset *dataset) {
    /* Whole numbers, so that the sums are exact. */
    uint64_t sums[DATASET_MAX_CHANNELS] = {0}, squares[DATASET_MAX_CHANNELS] = {0};
    size_t pixels = (size_t)dataset->count * dataset->height * dataset->width;
    require(dataset->channels <= DATASET_MAX_CHANNELS,
            "dataset statistics: %d channels, at most %d", dataset->channels, DATASET_MAX_CHANNELS);
    const unsigned char *pixel = dataset->images;
    for (size_t i = 0; i < pixels; i++, pixel += dataset->channels)
        for (int c = 0; c < dataset->channels; c++) {
            sums[c] += pixel[c];
            squares[c] += (uint64_t)pixel[c] * pixel[c];
        }
    DatasetStatistics statistics = {0};
    for (int c = 0; c < dataset->channels; c++) {
        double mean = (double)sums[c] / (double)pixels;
        double variance = (double)squares[c] / (double)pixels - mean * mean;
        statistics.mean[c] = (float)(mean / PIXEL_MAX);
        statistics.standard_deviation[c] = (float)(sqrt(fmax(variance, 0.0)) / PIXEL_MAX);
    }
    return statistics;
}
