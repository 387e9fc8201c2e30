/* The real images that the chapters show their pieces on. */
#ifndef SHOW_SAMPLE_H
#define SHOW_SAMPLE_H

#include "data/dataset.h"
#include "graph/graph.h"
#include "show/options.h"

enum { SAMPLE_LARGEST_SIDE = 256, SAMPLE_NAME = 128 };

/* A batch of images as floats, 0 black to 1 white. */
typedef struct Sample {
    char name[SAMPLE_NAME]; /* "garment 0 (Ankle boot)", or the file */
    int batch, height, width, channels;
    float *values; /* (N, H, W, C) in either data format of the graph */
} Sample;

/* The one image that the options name, with 1 or 3 channels. A file whose shorter side is longer
 * than SAMPLE_LARGEST_SIDE is reduced to it. A garment asked for with 3 channels is tinted, so that
 * no two channels are alike. */
Sample sample_load(const ShowOptions *options, int channels);

/* The same, resized with its aspect kept and its middle cropped: size x size pixels. */
Sample sample_load_square(const ShowOptions *options, int channels, int size);

/* Images number first to first + batch - 1, going round at the data set's end. */
Sample sample_batch(const Dataset *dataset, int first, int batch);

/* A graph input of the sample's shape in the graph's data format, and its values into it. */
Tensor *sample_input(Graph *graph, const Sample *sample);
void sample_write(Tensor *images, const Sample *sample);

/* The values of a tensor of images that graph_forward() made. */
Sample sample_read(const Tensor *images);

/* The values times the factor. */
Sample sample_scaled(const Sample *sample, float factor);

size_t sample_count(const Sample *sample);

/* The largest |a - b| of two samples of one shape. */
float sample_difference(const Sample *a, const Sample *b);

void sample_free(Sample *sample);

#endif
