#include "show/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/image_reader.h"
#include "data/resizer.h"
#include "kernels/elementwise.h"

enum { WHITE = 255, RGB = 3 };

size_t sample_count(const Sample *sample) {
    return (size_t)sample->batch * sample->height * sample->width * sample->channels;
}

static Sample sample_new(int batch, int height, int width, int channels) {
    Sample sample = {"", batch, height, width, channels, NULL};
    sample.values = memory_new(sample_count(&sample), sizeof(float));
    return sample;
}

/* One pixel in `channels` channels of one in `from`: tinted, or the mean of its colours. */
static void convert_pixel(const unsigned char *pixel, int from, int channels, unsigned char *to) {
    static const float tint[] = {1, 0.85f, 0.7f};
    float sum = 0;
    for (int c = 0; c < from; c++)
        sum += pixel[c];
    for (int c = 0; c < channels; c++)
        to[c] = from == channels ? pixel[c] : (unsigned char)lrintf(sum / (float)from * tint[c]);
}

static Image garment_image(const ShowOptions *options, int channels, char name[SAMPLE_NAME]) {
    Dataset dataset = dataset_load(options->data, false);
    int number = options->garment, from = dataset.channels;
    require(number < dataset.count, "--garment: there are %d test images; choose one below %d",
            dataset.count, dataset.count);
    size_t pixels = (size_t)dataset.height * dataset.width;
    const unsigned char *found = dataset.images + (size_t)number * pixels * from;
    Image image = {dataset.height, dataset.width, channels, memory_new(pixels, (size_t)channels)};
    for (size_t i = 0; i < pixels; i++)
        convert_pixel(found + i * from, from, channels, image.pixels + i * channels);
    snprintf(name, SAMPLE_NAME, "garment %d (%s)", number,
             dataset.class_names[dataset.labels[number]]);
    dataset_free(&dataset);
    return image;
}

/* The image that the options name, 8-bit, and its name. */
static Image load(const ShowOptions *options, int channels, char name[SAMPLE_NAME]) {
    require(channels == 1 || channels == RGB, "a sample has 1 or 3 channels, not %d", channels);
    if (!options->image)
        return garment_image(options, channels, name);
    snprintf(name, SAMPLE_NAME, "%s", options->image);
    return image_read(options->image, channels);
}

/* Frees the image. */
static Sample from_image(Image image, const char *name) {
    Sample sample = sample_new(1, image.height, image.width, image.channels);
    for (size_t i = 0; i < sample_count(&sample); i++)
        sample.values[i] = (float)image.pixels[i] / WHITE;
    snprintf(sample.name, sizeof sample.name, "%s", name);
    image_free(&image);
    return sample;
}

/* Frees the image. */
static Image resized(Image image, int shorter_side) {
    Image result = image_resize_shorter_side(&image, shorter_side);
    image_free(&image);
    return result;
}

Sample sample_load(const ShowOptions *options, int channels) {
    char name[SAMPLE_NAME];
    Image image = load(options, channels, name);
    if (image.height > SAMPLE_LARGEST_SIDE && image.width > SAMPLE_LARGEST_SIDE)
        image = resized(image, SAMPLE_LARGEST_SIDE);
    return from_image(image, name);
}

Sample sample_load_square(const ShowOptions *options, int channels, int size) {
    char name[SAMPLE_NAME];
    Image image = load(options, channels, name);
    Image square = image_square(&image, size);
    image_free(&image);
    return from_image(square, name);
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
