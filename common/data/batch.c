/* Batches: one loop over the images of a batch, each made by itself from its own stream of random
 * numbers. */
#include "data/batch.h"

#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/erasing.h"
#include "data/resizer.h"

#include <stdlib.h>
#include <string.h>

enum { BYTE_VALUES = 256 };

struct BatchSource {
    const Dataset *dataset;
    BatchOptions options;
    int height, width;                                   /* of the images in a batch */
    Resizer *resizer;                                    /* NULL: the data set's have that size */
    float normalised[DATASET_MAX_CHANNELS][BYTE_VALUES]; /* what each byte becomes */
    int *order, all;                                     /* image numbers */
    int first, count;                                    /* of the share, in order */
    int position;                                        /* in order, of the next batch */
    int epoch;
    uint64_t epoch_seed;
};

static const float PIXEL_MAX = 255;

BatchSource *batch_source_new(const Dataset *dataset, BatchOptions options) {
    int count = options.count > 0 ? options.count : dataset->count;
    require(count > 0, "batches: the data set is empty; give it at least one image");
    require(options.batch > 0, "batches: of %d images; use at least 1", options.batch);
    require(options.augmentation.shift >= 0, "batches: shifted by up to %d pixels; use 0 or more",
            options.augmentation.shift);
    require(options.augmentation.noise >= 0, "batches: noise of deviation %g; use 0 or more",
            (double)options.augmentation.noise);
    require(!options.augmentation.flip || !options.augmentation.alternate || options.mirrors,
            "batches: alternate mirrors without a function that says which; set mirrors");
    BatchSource *source = memory_new(1, sizeof *source);
    source->dataset = dataset;
    source->options = options;
    source->height = options.size ? options.size : dataset->height;
    source->width = options.size ? options.size : dataset->width;
    if (source->height != dataset->height || source->width != dataset->width) {
        Image like = {dataset->height, dataset->width, dataset->channels, NULL};
        source->resizer = resizer_new_shorter_side(&like, options.size);
    }
    for (int c = 0; c < dataset->channels; c++) {
        /* Images that are all of one grey have no deviation to divide by. */
        float deviation = options.deviation[c] > 0 ? options.deviation[c] : 1;
        for (int byte = 0; byte < BYTE_VALUES; byte++)
            source->normalised[c][byte] = ((float)byte / PIXEL_MAX - options.mean[c]) / deviation;
    }
    source->options.whole = max_int(options.batch, options.whole);
    source->all = source->count = count;
    source->order = memory_new((size_t)count, sizeof(int));
    batch_source_start(source, 0);
    return source;
}

void batch_source_free(BatchSource *source) {
    if (!source)
        return;
    resizer_free(source->resizer);
    free(source->order);
    free(source);
}

void batch_source_share(BatchSource *source, int share, int shares) {
    source->first = (int)((int64_t)source->all * share / shares);
    source->count = (int)((int64_t)source->all * (share + 1) / shares) - source->first;
}

int batch_source_count(const BatchSource *source) {
    return source->count;
}

int batch_source_batches(const BatchSource *source, bool whole) {
    int batch = source->options.whole;
    return source->count / batch + (!whole && source->count % batch > 0);
}

static size_t image_floats(const BatchSource *source) {
    return (size_t)source->height * source->width * source->dataset->channels;
}

size_t batch_source_floats(const BatchSource *source) {
    return source->options.batch * image_floats(source);
}

void batch_source_start(BatchSource *source, int epoch) {
    source->position = source->first + source->options.offset;
    source->epoch = epoch;
    source->epoch_seed = random_stream(source->options.seed, (uint64_t)epoch).key;
    for (int i = 0; i < source->all; i++)
        source->order[i] = source->options.numbers ? source->options.numbers[i] : i;
    if (source->options.shuffle) {
        Random random = random_stream(source->epoch_seed, random_name("order"));
        random_shuffle(&random, source->order, source->all);
    }
}

typedef struct Scored {
    float score;
    int place, number;
} Scored;

static int harder_first(const void *one, const void *other) {
    const Scored *a = one, *b = other;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->place - b->place;
}

void batch_source_prefer(BatchSource *source, const float *scores, int hard, int count) {
    Scored *images = memory_new((size_t)source->all, sizeof(Scored));
    for (int i = 0; i < source->all; i++)
        images[i] = (Scored){scores[source->order[i]], i, source->order[i]};
    qsort(images, (size_t)source->all, sizeof(Scored), harder_first);
    for (int i = 0; i < source->all; i++)
        source->order[i] = images[i].number;
    Random random = random_stream(source->epoch_seed, random_name("prefer"));
    random_shuffle(&random, source->order + hard, source->all - hard);
    random_shuffle(&random, source->order, count);
    source->count = count;
    free(images);
}

const int *batch_source_numbers(const BatchSource *source, int *count) {
    int begin = source->position - source->options.offset - source->options.whole;
    *count = min_int(source->options.whole, source->first + source->count - begin);
    return source->order + begin;
}

void batch_source_skip(BatchSource *source, int batches) {
    source->position += batches * source->options.whole;
}

/* The image's bytes in the batch's size; `made` holds them if they are not the data set's own. */
static const unsigned char *sized_pixels(const BatchSource *source, int number, Image *made) {
    Image image = dataset_image(source->dataset, number);
    if (!source->resizer)
        return image.pixels;
    *made = resizer_run(source->resizer, &image);
    if (made->height != made->width) {
        Image resized = *made;
        *made = image_crop_central(&resized, source->options.size);
        image_free(&resized);
    }
    return made->pixels;
}

/* What is done to the images of this epoch. */
static Augmentation augmentation_now(const BatchSource *source) {
    Augmentation augmentation = source->options.augmentation;
    if (augmentation.epochs > 0 && source->epoch > augmentation.epochs) {
        augmentation.shift = 0;
        augmentation.erasing = augmentation.noise = 0;
    }
    return augmentation;
}

static bool mirrors(const BatchSource *source, int number, bool drawn) {
    const BatchOptions *options = &source->options;
    if (!options->augmentation.flip || !options->augmentation.alternate)
        return drawn && options->augmentation.flip;
    uint64_t key = random_stream(options->seed, random_name("alternate")).key;
    return options->mirrors(key, number, source->epoch);
}

/* Writes image number `number` normalised and augmented. */
static void make_image(const BatchSource *source, int number, float *image) {
    const Augmentation now = augmentation_now(source), *augmentation = &now;
    int height = source->height, width = source->width, channels = source->dataset->channels;
    Image made = {0};
    const unsigned char *pixels = sized_pixels(source, number, &made);

    /* The draws are the same for every choice of effects, so that each effect is the same beside
     * any other. */
    Random random = random_stream(source->epoch_seed, (uint64_t)number);
    bool flip = mirrors(source, number, random_below(&random, 2));
    int down = random_below(&random, 2 * augmentation->shift + 1) - augmentation->shift;
    int right = random_below(&random, 2 * augmentation->shift + 1) - augmentation->shift;
    Rectangle erased = erasing_rectangle(augmentation->erasing, height, width, &random);
    Random noise = random_stream(random.key, random_name("noise"));

    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            bool erase = rectangle_holds(&erased, y, x);
            int from_y = y - down, from_x = x - right;
            bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
            if (flip)
                from_x = width - 1 - from_x;
            for (int c = 0; c < channels; c++) {
                int pixel = 0;
                if (erase)
                    pixel = random_below(&random, BYTE_VALUES);
                else if (inside)
                    pixel = pixels[(from_y * width + from_x) * channels + c];
                float value = source->normalised[c][pixel];
                if (augmentation->noise > 0)
                    value += augmentation->noise * random_normal(&noise);
                image[image_index(source->options.format, height, width, channels, 0, y, x, c)] =
                    value;
            }
        }
    image_free(&made);
}

int batch_source_next(BatchSource *source, float *images, float *labels) {
    int batch = source->options.batch;
    int count = min_int(batch, source->first + source->count - source->position);
    if (count <= 0)
        return 0;
    const int *numbers = source->order + source->position;
    size_t floats = image_floats(source);
#pragma omp parallel for schedule(static)
    for (int n = 0; n < count; n++) {
        make_image(source, numbers[n], images + n * floats);
        labels[n] = source->dataset->labels[numbers[n]];
    }
    for (int n = count; n < batch; n++) {
        memcpy(images + n * floats, images, floats * sizeof(float));
        labels[n] = labels[0];
    }
    source->position += source->options.whole;
    return count;
}

void batch_source_view(const BatchSource *source, const float *images, int view, float *seen) {
    static const struct {
        int down, right;
    } shifts[BATCH_MAX_VIEWS / 2] = {{0, 0}, {0, -1}, {0, 1}, {-1, 0}, {1, 0}};
    require(view >= 0 && view < BATCH_MAX_VIEWS, "batches: view %d of the images; use 0 to %d",
            view, BATCH_MAX_VIEWS - 1);
    DataFormat format = source->options.format;
    int height = source->height, width = source->width, channels = source->dataset->channels;
    int down = shifts[view / 2].down, right = shifts[view / 2].right;
    bool mirrored = view % 2 == 1;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < source->options.batch; n++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                int from_y = y - down, from_x = (mirrored ? width - 1 - x : x) - right;
                bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
                for (int c = 0; c < channels; c++)
                    seen[image_index(format, height, width, channels, n, y, x, c)] =
                        inside ? images[image_index(format, height, width, channels, n, from_y,
                                                    from_x, c)]
                               : source->normalised[c][0];
            }
}
