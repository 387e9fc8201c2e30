/* From bytes to batches: normalised, resized and, for training, shuffled and augmented images.
 *
 * What happens to an image depends on the seed, the epoch and the image's number alone: never on
 * the batch, the order or the thread. */
#ifndef DATA_BATCH_H
#define DATA_BATCH_H

#include "data/dataset.h"
#include "kernels/shapes.h"
#include <stdint.h>

/* Each field 0: not done. */
typedef struct Augmentation {
    bool flip;      /* mirrors half of the images left to right */
    bool alternate; /* with flip: BatchOptions.mirrors says which half */
    int shift;      /* a crop shifted by up to `shift` pixels each way, black (0) moving in */
    float erasing;  /* the probability that a random rectangle is overwritten with random pixels
                      (Zhong et al. 2020); see data/erasing.h */
    float noise;    /* standard deviation of normal noise on every normalised pixel */
    int epochs;     /* the last one with shifts, erasing and noise; 0: all */
} Augmentation;

typedef struct BatchOptions {
    int batch;
    /* Several sources can share out larger batches of `whole` images: each gives `batch` of them,
     * from number `offset` on. whole 0: there are no larger ones. */
    int offset, whole;
    int size;          /* images are resized so that the shorter side has this many pixels, and the
                          middle size x size is cropped; 0: as they are */
    DataFormat format; /* of the batches */
    Augmentation augmentation;
    /* Whether `alternate`, which needs it, mirrors image number `number` in this epoch; key: of a
     * random stream of the seed's. */
    bool (*mirrors)(uint64_t key, int number, int epoch);
    bool shuffle;
    uint64_t seed;
    const int *numbers; /* which images; NULL: the first. Must outlive the source. */
    int count;          /* how many; 0: all of the data set */
    /* (pixel / 255 - mean) / deviation, per channel; the training set's, also for the test set. */
    const float *mean, *deviation;
} BatchOptions;

typedef struct BatchSource BatchSource;

/* Reads from the dataset, which must outlive the source. */
BatchSource *batch_source_new(const Dataset *dataset, BatchOptions options);
void batch_source_free(BatchSource *source);

/* Leaves share number `share` of `shares` of the images, a run of them, from the next
 * batch_source_start() on; a share may be empty. Share 0 of 1: all images again. */
void batch_source_share(BatchSource *source, int share, int shares);

/* How many images there are, and how many batches an epoch has: full ones only if whole, else the
 * last one may be partly filled. */
int batch_source_count(const BatchSource *source);
int batch_source_batches(const BatchSource *source, bool whole);

/* Starts epoch number `epoch`: another order and other augmentations for each number. */
void batch_source_start(BatchSource *source, int epoch);

/* After batch_source_start(): leaves `count` of the epoch's images, the `hard` ones of the largest
 * scores (by image number; of equal scores those that would come first) and others by chance, in a
 * random order. 0 <= hard <= count <= batch_source_count(). An epoch that starts later has `count`
 * images, too. */
void batch_source_prefer(BatchSource *source, const float *scores, int hard, int count);

/* The numbers of the images of the batch that batch_source_next() made last, and how many; of the
 * larger batch, if there are such. */
const int *batch_source_numbers(const BatchSource *source, int *count);

/* Passes over the next `batches` full batches. */
void batch_source_skip(BatchSource *source, int batches);

/* The next batch into images and labels (class numbers as floats); returns how many of its images
 * are real: fewer than the batch at the end (the rest repeats the first image), 0 after it. */
int batch_source_next(BatchSource *source, float *images, float *labels);

enum { BATCH_MAX_VIEWS = 10 };

/* View number `view`, 0 <= view < BATCH_MAX_VIEWS, of each image of a batch that
 * batch_source_next() made. 0: the image itself; 2, 4, 6, 8: it is shifted by one pixel left,
 * right, up, down, black (0) moving in; 1, 3, 5, 7, 9: the mirror image of the view before.
 * `seen` is another array. */
void batch_source_view(const BatchSource *source, const float *images, int view, float *seen);

/* Floats in a batch of images. */
size_t batch_source_floats(const BatchSource *source);

#endif
