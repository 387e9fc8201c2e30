#include "show/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/image.h"
#include "kernels/elementwise.h"

enum { WHITE = 255 };

size_t sample_count(const Sample *sample) {
    return (size_t)sample->batch * sample->height * sample->width * sample->channels;
}

static Sample sample_new(int batch, int height, int width, int channels) {
    Sample sample = {"", batch, height, width, channels, NULL};
    sample.values = memory_new(sample_count(&sample), sizeof(float));
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
    for (size_t i = 0; i < sample_count(&sample); i++)
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
    for (size_t i = 0; i < sample_count(&sample); i++) {
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
    size_t pixels = sample_count(&sample) / (size_t)batch;
    for (int n = 0; n < batch; n++) {
        const unsigned char *image = dataset->images + (first + n) % dataset->count * pixels;
        for (size_t i = 0; i < pixels; i++)
            sample.values[n * pixels + i] = (float)image[i] / WHITE;
    }
    snprintf(sample.name, sizeof sample.name, "%d garments", batch);
    return sample;
}

Tensor *sample_input(Graph *graph, const Sample *sample) {
    return graph_input(graph, "images",
                       shape_image(graph_data_format(graph), sample->batch, sample->height,
                                   sample->width, sample->channels));
}

void sample_write(Tensor *images, const Sample *sample) {
    if (graph_data_format(tensor_graph(images)) == CHANNELS_LAST) {
        tensor_write(images, sample->values);
        return;
    }
    float *values = memory_new(sample_count(sample), sizeof(float));
    channels_first_from_last(sample->batch, sample->channels, sample->height * sample->width,
                             sample->values, values);
    tensor_write(images, values);
    free(values);
}

Sample sample_read(const Tensor *images) {
    ImageSize size = tensor_image_size(images);
    Sample sample = sample_new(size.batch, size.height, size.width, size.channels);
    snprintf(sample.name, sizeof sample.name, "%s", tensor_name(images));
    if (graph_data_format(tensor_graph(images)) == CHANNELS_LAST) {
        tensor_read(images, sample.values);
        return sample;
    }
    float *values = memory_new(sample_count(&sample), sizeof(float));
    tensor_read(images, values);
    channels_last_from_first(size.batch, size.channels, size.height * size.width, values,
                             sample.values);
    free(values);
    return sample;
}

Sample sample_scaled(const Sample *sample, float factor) {
    Sample scaled = sample_new(sample->batch, sample->height, sample->width, sample->channels);
    for (size_t i = 0; i < sample_count(&scaled); i++)
        scaled.values[i] = factor * sample->values[i];
    return scaled;
}

float sample_difference(const Sample *a, const Sample *b) {
    float largest = 0;
    for (size_t i = 0; i < sample_count(a); i++)
        largest = fmaxf(largest, fabsf(a->values[i] - b->values[i]));
    return largest;
}

void sample_free(Sample *sample) {
    free(sample->values);
    *sample = (Sample){0};
}
