#include "show/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/image.h"
#include "kernels/elementwise.h"

enum { WHITE = 255 };

static size_t count_of(const Sample *sample) {
    return (size_t)sample->batch * sample->height * sample->width * sample->channels;
}

static Sample sample_new(int batch, int height, int width, int channels) {
    Sample sample = {"", batch, height, width, channels, NULL};
    sample.values = memory_new(count_of(&sample), sizeof(float));
    return sample;
}

static Sample from_file(const char *path, int channels) {
    Image image = image_read(path, channels);
    if (image.height > SAMPLE_LARGEST_SIDE && image.width > SAMPLE_LARGEST_SIDE) {
        Image reduced = image_resize_shorter_side(&image, SAMPLE_LARGEST_SIDE);
        image_free(&image);
        image = reduced;
    }
    Sample sample = sample_new(1, image.height, image.width, channels);
    for (size_t i = 0; i < count_of(&sample); i++)
        sample.values[i] = (float)image.pixels[i] / WHITE;
    snprintf(sample.name, sizeof sample.name, "%s", path);
    image_free(&image);
    return sample;
}

static Sample from_garment(const Dataset *dataset, int number, int channels) {
    require(number < dataset->count, "--garment: the data set has %d test images; choose one below",
            dataset->count);
    static const float tint[] = {1, 0.85f, 0.7f};
    Sample grey = sample_batch(dataset, number, 1);
    Sample sample = sample_new(1, grey.height, grey.width, channels);
    for (size_t i = 0; i < count_of(&sample); i++) {
        size_t channel = i % (size_t)channels;
        sample.values[i] = grey.values[i / (size_t)channels] * tint[channel];
    }
    snprintf(sample.name, sizeof sample.name, "garment %d (%s)", number,
             fashion_mnist_class_names[dataset->labels[number]]);
    sample_free(&grey);
    return sample;
}

Sample sample_load(const ShowOptions *options, int channels) {
    if (options->image)
        return from_file(options->image, channels);
    Dataset dataset = dataset_load(options->data, false);
    Sample sample = from_garment(&dataset, options->garment, channels);
    dataset_free(&dataset);
    return sample;
}

Sample sample_batch(const Dataset *dataset, int first, int batch) {
    Sample sample = sample_new(batch, dataset->height, dataset->width, dataset->channels);
    size_t pixels = count_of(&sample) / (size_t)batch;
    for (int n = 0; n < batch; n++) {
        const unsigned char *image = dataset->images + (first + n) % dataset->count * pixels;
        for (size_t i = 0; i < pixels; i++)
            sample.values[n * pixels + i] = (float)image[i] / WHITE;
    }
    snprintf(sample.name, sizeof sample.name, "%d garments", batch);
    return sample;
}

float *sample_values(const Sample *sample, DataFormat format) {
    float *values = memory_new(count_of(sample), sizeof(float));
    if (format == CHANNELS_FIRST)
        channels_first_from_last(sample->batch, sample->channels, sample->height * sample->width,
                                 sample->values, values);
    else
        memcpy(values, sample->values, count_of(sample) * sizeof(float));
    return values;
}

void sample_free(Sample *sample) {
    free(sample->values);
    *sample = (Sample){0};
}
