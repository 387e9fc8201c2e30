/* Tests of batches and their augmentations, on images made by hand: each pixel's byte says where it
 * stands. */
#include "cases.h"
#include "expect_error.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/batch.h"
#include "data/erasing.h"
#include "data/image.h"
#include "data/resizer.h"
#include "pieces/training.h"

enum { COUNT = 250, HEIGHT = 6, WIDTH = 5, PIXELS = HEIGHT * WIDTH };

/* (pixel / 255 - 0.2) * 255: a batch of a plain source holds the bytes less 51. */
static const float MEAN[] = {0.2F, 0.2F, 0.2F, 0.2F};
static const float BYTE[] = {1.0F / 255, 1.0F / 255, 1.0F / 255, 1.0F / 255};

/* Pixel (y, x) of channel c is 1 + y * WIDTH + x + 100 * c; label i % 10; pixel (0, 0) of image i
 * is i. */
static Dataset numbered(int channels) {
    Dataset dataset = {COUNT, HEIGHT, WIDTH, channels, 10, NULL, NULL, NULL};
    dataset.images = memory_new((size_t)COUNT * PIXELS * channels, 1);
    dataset.labels = memory_new(COUNT, 1);
    for (int i = 0; i < COUNT; i++) {
        dataset.labels[i] = (unsigned char)(i % 10);
        unsigned char *image = dataset.images + i * PIXELS * channels;
        for (int p = 0; p < PIXELS; p++)
            for (int c = 0; c < channels; c++)
                image[p * channels + c] = (unsigned char)(1 + p + 100 * c);
        image[0] = (unsigned char)i;
    }
    return dataset;
}

static BatchOptions plain(int batch) {
    return (BatchOptions){.batch = batch, .seed = 3, .mean = MEAN, .deviation = BYTE};
}

static int byte(float value) {
    int rounded = (int)lrintf(value + 51);
    ck_assert_float_eq_tol(value + 51, (float)rounded, 1e-3);
    return rounded;
}

START_TEST(batch_whole_and_partly_filled) {
    Dataset dataset = numbered(1);
    BatchSource *source = batch_source_new(&dataset, plain(100));
    ck_assert_int_eq(batch_source_count(source), COUNT);
    ck_assert_int_eq(batch_source_batches(source, true), 2);
    ck_assert_int_eq(batch_source_batches(source, false), 3);
    ck_assert_uint_eq(batch_source_floats(source), 100 * PIXELS);
    float *images = memory_new(100 * PIXELS, sizeof(float)), labels[100];
    const int counts[] = {100, 100, 50, 0, 0};
    for (int batch = 0; batch < 5; batch++) {
        int count = batch_source_next(source, images, labels);
        ck_assert_int_eq(count, counts[batch]);
        for (int n = 0; n < (count ? 100 : 0); n++) {
            int number = n < count ? batch * 100 + n : batch * 100; /* the rest: the first one */
            ck_assert_int_eq(byte(images[n * PIXELS]), number);
            ck_assert_int_eq(byte(images[n * PIXELS + PIXELS - 1]), PIXELS);
            ck_assert_float_eq(labels[n], (float)(number % 10));
        }
    }
    batch_source_start(source, 0);
    ck_assert_int_eq(batch_source_next(source, images, labels), 100);
    batch_source_free(source);
    batch_source_free(NULL);
    free(images);
    dataset_free(&dataset);
}
END_TEST

/* Batches of 60 images, of which this source gives 20 from number 40 on. */
START_TEST(batch_of_a_larger_one) {
    Dataset dataset = numbered(1);
    BatchOptions options = plain(20);
    options.offset = 40;
    options.whole = 60;
    BatchSource *source = batch_source_new(&dataset, options);
    ck_assert_int_eq(batch_source_batches(source, true), COUNT / 60);
    ck_assert_uint_eq(batch_source_floats(source), 20 * PIXELS);
    float images[20 * PIXELS], labels[20];
    batch_source_start(source, 1);
    batch_source_next(source, images, labels);
    ck_assert_int_eq(byte(images[0]), 40);
    batch_source_skip(source, 1);
    ck_assert_int_eq(batch_source_next(source, images, labels), 20);
    for (int n = 0; n < 20; n++)
        ck_assert_int_eq(byte(images[n * PIXELS]), 160 + n);
    batch_source_free(source);
    dataset_free(&dataset);
}
END_TEST

/* The numbers of the images, in the order in which an epoch gives them. */
static void read_order(BatchSource *source, int epoch, int order[COUNT]) {
    float *images = memory_new(batch_source_floats(source), sizeof(float)), labels[50];
    batch_source_start(source, epoch);
    for (int batch = 0; batch < COUNT / 50; batch++) {
        ck_assert_int_eq(batch_source_next(source, images, labels), 50);
        for (int n = 0; n < 50; n++) {
            order[batch * 50 + n] = byte(images[n * PIXELS]);
            ck_assert_int_eq((int)labels[n], order[batch * 50 + n] % 10);
        }
    }
    free(images);
}

START_TEST(batch_order_holds_each_image_once) {
    Dataset dataset = numbered(1);
    BatchOptions options = plain(50);
    options.shuffle = true;
    BatchSource *source = batch_source_new(&dataset, options);
    int first[COUNT], second[COUNT], again[COUNT], other[COUNT], counts[COUNT] = {0};
    read_order(source, 1, first);
    read_order(source, 2, second);
    read_order(source, 1, again);
    options.seed++;
    BatchSource *other_source = batch_source_new(&dataset, options);
    read_order(other_source, 1, other);
    for (int i = 0; i < COUNT; i++)
        counts[first[i]]++;
    for (int i = 0; i < COUNT; i++)
        ck_assert_int_eq(counts[i], 1);
    ck_assert_mem_eq(first, again, sizeof first);
    ck_assert_mem_ne(first, second, sizeof first);
    ck_assert_mem_ne(first, other, sizeof first);
    batch_source_free(source);
    batch_source_free(other_source);
    dataset_free(&dataset);
}
END_TEST

/* The score of image i: a permutation of 0 to COUNT - 1, but for the first ten, which are hardest. */
static float score(int number) {
    return number < 10 ? 1e30F : (float)(number * 7 % COUNT);
}

START_TEST(batch_prefer_takes_the_hard_and_others_by_chance) {
    enum { HARD = 60, CHOSEN = 150, EPOCHS = 40 };
    Dataset dataset = numbered(1);
    BatchOptions options = plain(50);
    options.shuffle = true;
    BatchSource *source = batch_source_new(&dataset, options);
    float scores[COUNT], *images = memory_new(batch_source_floats(source), sizeof(float));
    int harder[COUNT] = {0}, times[COUNT] = {0};
    for (int i = 0; i < COUNT; i++)
        scores[i] = score(i);
    for (int i = 0; i < COUNT; i++)
        for (int j = 0; j < COUNT; j++)
            harder[i] += scores[j] > scores[i];
    int first_half = 0;
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        float labels[50];
        int seen[COUNT] = {0}, count;
        batch_source_start(source, epoch);
        batch_source_prefer(source, scores, HARD, CHOSEN);
        for (int batch = 0; batch_source_next(source, images, labels) > 0; batch++) {
            const int *numbers = batch_source_numbers(source, &count);
            ck_assert_int_eq(count, 50);
            for (int n = 0; n < count; n++) {
                ck_assert_int_eq(numbers[n], byte(images[n * PIXELS]));
                ck_assert_int_eq(seen[numbers[n]]++, 0);
                times[numbers[n]]++;
                first_half += batch * 50 + n < CHOSEN / 2 && harder[numbers[n]] < HARD;
            }
        }
    }
    for (int i = 0; i < COUNT; i++)
        if (harder[i] < HARD)
            ck_assert_int_eq(times[i], EPOCHS);
        else /* 90 of 190; five deviations */
            ck_assert_int_le(abs(times[i] * 190 - EPOCHS * 90), 16 * 190);
    ck_assert_int_le(abs(first_half - EPOCHS * HARD / 2), 120); /* the hard ones are spread out */
    batch_source_free(source);
    free(images);
    dataset_free(&dataset);
}
END_TEST

START_TEST(batch_normalises_each_channel) {
    const float mean[] = {0.25F, 0.5F}, deviation[] = {0.5F, 0.125F};
    Dataset dataset = numbered(2);
    float last[2][COUNT * PIXELS * 2], labels[COUNT]; /* by format */
    for (int format = 0; format < 2; format++) {
        BatchOptions options = plain(COUNT);
        options.format = (DataFormat)format;
        options.mean = mean;
        options.deviation = deviation;
        BatchSource *source = batch_source_new(&dataset, options);
        batch_source_next(source, last[format], labels);
        batch_source_free(source);
    }
    for (int n = 0; n < COUNT; n++)
        for (int p = 1; p < PIXELS; p++)
            for (int c = 0; c < 2; c++) {
                double pixel = (1 + p + 100 * c) / 255.0;
                double expected = (pixel - (double)mean[c]) / (double)deviation[c];
                double in_last = (double)last[CHANNELS_LAST][(n * PIXELS + p) * 2 + c];
                double in_first = (double)last[CHANNELS_FIRST][(n * 2 + c) * PIXELS + p];
                ck_assert_double_eq_tol(in_last, expected, 1e-6);
                ck_assert_double_eq_tol(in_first, expected, 1e-6);
            }
    dataset_free(&dataset);
}
END_TEST

/* An epoch of all images in one batch. */
static float *augmented(const Dataset *dataset, Augmentation augmentation, int epoch) {
    BatchOptions options = plain(COUNT);
    options.augmentation = augmentation;
    options.mirrors = is_mirrored;
    BatchSource *source = batch_source_new(dataset, options);
    float *images = memory_new(batch_source_floats(source), sizeof(float)), labels[COUNT];
    batch_source_start(source, epoch);
    ck_assert_int_eq(batch_source_next(source, images, labels), COUNT);
    batch_source_free(source);
    return images;
}

START_TEST(batch_flip_mirrors_half) {
    Dataset dataset = numbered(1);
    float *images = augmented(&dataset, (Augmentation){.flip = true}, 1);
    int mirrored = 0;
    for (int n = 0; n < COUNT; n++) {
        const float *image = images + n * PIXELS;
        bool is_mirrored = byte(image[WIDTH]) == 1 + WIDTH + WIDTH - 1; /* (1, 0) is (1, 4) */
        mirrored += is_mirrored;
        for (int y = 1; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                ck_assert_int_eq(byte(image[y * WIDTH + x]),
                                 1 + y * WIDTH + (is_mirrored ? WIDTH - 1 - x : x));
    }
    ck_assert_int_le(abs(mirrored - COUNT / 2), 40); /* five deviations */
    free(images);
    dataset_free(&dataset);
}
END_TEST

/* Whether image `number` of a batch is mirrored: pixel (1, 0) is then that of (1, 4). */
static bool looks_mirrored(const float *images, int number) {
    return byte(images[number * PIXELS + WIDTH]) == 1 + WIDTH + WIDTH - 1;
}

START_TEST(batch_alternate_mirrors_the_other_half_next) {
    Dataset dataset = numbered(1);
    float *epochs[3];
    for (int i = 0; i < 3; i++)
        epochs[i] = augmented(&dataset, (Augmentation){.alternate = true}, 4 + i);
    int first = 0, pairs = 0;
    for (int n = 0; n < COUNT; n++) {
        first += looks_mirrored(epochs[0], n);
        pairs += n > 0 && looks_mirrored(epochs[0], n) == looks_mirrored(epochs[0], n - 1);
        ck_assert_int_ne(looks_mirrored(epochs[0], n), looks_mirrored(epochs[1], n));
    }
    ck_assert_mem_eq(epochs[0], epochs[2], sizeof(float) * COUNT * PIXELS);
    ck_assert_int_le(abs(first - COUNT / 2), 40); /* five deviations */
    ck_assert_int_le(abs(pairs - COUNT / 2), 40);
    for (int i = 0; i < 3; i++)
        free(epochs[i]);
    dataset_free(&dataset);
}
END_TEST

/* Mirror images are there in all epochs, the other effects in the first five. */
START_TEST(batch_effects_end_with_their_epochs) {
    Dataset dataset = numbered(1);
    const Augmentation always = {.flip = true, .shift = 2, .erasing = 0.5F, .noise = 3};
    Augmentation until = always;
    until.epochs = 5;
    for (int epoch = 4; epoch <= 7; epoch++) {
        float *given = augmented(&dataset, until, epoch);
        float *expected =
            augmented(&dataset, epoch <= 5 ? always : (Augmentation){.flip = true}, epoch);
        ck_assert_mem_eq(given, expected, sizeof(float) * COUNT * PIXELS);
        free(given);
        free(expected);
    }
    dataset_free(&dataset);
}
END_TEST

/* Image n is image n shifted by (down, right), black moving in. */
static void check_shifted(const float *image, int number, int down, int right) {
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int from_y = y - down, from_x = x - right;
            bool inside = from_y >= 0 && from_y < HEIGHT && from_x >= 0 && from_x < WIDTH;
            int expected = !inside                ? 0
                           : from_y + from_x == 0 ? number
                                                  : 1 + from_y * WIDTH + from_x;
            ck_assert_int_eq(byte(image[y * WIDTH + x]), expected);
        }
}

START_TEST(batch_shift_moves_black_in) {
    Dataset dataset = numbered(1);
    float *images = augmented(&dataset, (Augmentation){.shift = 1}, 1);
    int counts[3][3] = {0};
    for (int n = 0; n < COUNT; n++) {
        const float *image = images + n * PIXELS;
        /* (2, 2) is 13 unshifted; a row is WIDTH more. */
        int difference = 13 - byte(image[2 * WIDTH + 2]);
        int down = difference > 2 ? 1 : difference < -2 ? -1 : 0;
        int right = difference - down * WIDTH;
        check_shifted(image, n, down, right);
        counts[down + 1][right + 1]++;
    }
    for (int i = 0; i < 9; i++) /* 28 expected, deviation 5 */
        ck_assert_int_le(abs(counts[i / 3][i % 3] - COUNT / 9), 25);
    free(images);
    dataset_free(&dataset);
}
END_TEST

START_TEST(batch_erasing_overwrites_a_rectangle) {
    Dataset dataset = numbered(1);
    float *images = augmented(&dataset, (Augmentation){.erasing = 0.5F}, 1);
    int erased_images = 0;
    for (int n = 0; n < COUNT; n++) {
        int top = HEIGHT, left = WIDTH, bottom = -1, right = -1, changed = 0;
        for (int p = 1; p < PIXELS; p++)
            if (byte(images[n * PIXELS + p]) != 1 + p) {
                int y = p / WIDTH, x = p % WIDTH;
                changed++;
                top = y < top ? y : top;
                left = x < left ? x : left;
                bottom = y > bottom ? y : bottom;
                right = x > right ? x : right;
            }
        erased_images += changed > 0;
        /* At most a third of the image, and (but for chance matches) the whole rectangle. */
        int area = changed ? (bottom - top + 1) * (right - left + 1) : 0;
        ck_assert_int_le(area, PIXELS / 3 + 3);
        ck_assert_int_ge(changed, area - 3);
    }
    ck_assert_int_le(abs(erased_images - COUNT / 2), 40);
    free(images);
    dataset_free(&dataset);
}
END_TEST

/* Noise of deviation 10, in bytes, on images that have the other effects all the same. */
START_TEST(batch_noise_is_normal) {
    Dataset dataset = numbered(1);
    Augmentation others = {.flip = true, .shift = 2, .erasing = 0.5F}, all = others;
    all.noise = 10;
    float *clean = augmented(&dataset, others, 4), *noisy = augmented(&dataset, all, 4);
    double sum = 0, squares = 0, inside = 0;
    for (int i = 0; i < COUNT * PIXELS; i++) {
        double noise = (double)noisy[i] - (double)clean[i];
        sum += noise;
        squares += noise * noise;
        inside += fabs(noise) < 10;
    }
    int count = COUNT * PIXELS; /* five deviations each */
    ck_assert_double_lt(fabs(sum / count), 5 * 10 / sqrt(count));
    ck_assert_double_lt(fabs(sqrt(squares / count) - 10), 5 * 10 / sqrt(2.0 * count));
    ck_assert_double_lt(fabs(inside / count - 0.6827), 5 * sqrt(0.6827 * 0.3173 / count));
    /* No two images and no two epochs have the same. */
    float *later = augmented(&dataset, (Augmentation){.noise = 10}, 5);
    float *sooner = augmented(&dataset, (Augmentation){.noise = 10}, 4);
    ck_assert(fabsf((sooner[PIXELS + 7] - sooner[7])) > 1e-3F); /* the same pixel, but for noise */
    ck_assert(fabsf(sooner[7] - later[7]) > 1e-3F);
    free(clean);
    free(noisy);
    free(later);
    free(sooner);
    dataset_free(&dataset);
}
END_TEST

START_TEST(batch_noise_goes_by_index_not_by_memory) {
    Dataset dataset = numbered(2);
    float images[2][COUNT * PIXELS * 2], labels[COUNT]; /* by format */
    for (int format = 0; format < 2; format++) {
        BatchOptions options = plain(COUNT);
        options.format = (DataFormat)format;
        options.augmentation.noise = 2;
        BatchSource *source = batch_source_new(&dataset, options);
        batch_source_next(source, images[format], labels);
        batch_source_free(source);
    }
    for (int n = 0; n < COUNT; n++)
        for (int p = 0; p < PIXELS; p++)
            for (int c = 0; c < 2; c++)
                ck_assert_float_eq(images[CHANNELS_LAST][(n * PIXELS + p) * 2 + c],
                                   images[CHANNELS_FIRST][(n * 2 + c) * PIXELS + p]);
    dataset_free(&dataset);
}
END_TEST

START_TEST(batch_of_the_numbers_given) {
    static const int numbers[] = {200, 3, 77, 3, 249};
    Dataset dataset = numbered(1);
    BatchOptions options = plain(3);
    options.numbers = numbers;
    options.count = 5;
    BatchSource *source = batch_source_new(&dataset, options);
    ck_assert_int_eq(batch_source_count(source), 5);
    ck_assert_int_eq(batch_source_batches(source, false), 2);
    float images[3 * PIXELS], labels[3];
    for (int i = 0; i < 5; i++) {
        if (i % 3 == 0)
            ck_assert_int_eq(batch_source_next(source, images, labels), i == 0 ? 3 : 2);
        ck_assert_int_eq(byte(images[i % 3 * PIXELS]), numbers[i]);
        ck_assert_float_eq(labels[i % 3], (float)(numbers[i] % 10));
    }
    ck_assert_int_eq(batch_source_next(source, images, labels), 0);
    batch_source_free(source);
    dataset_free(&dataset);
}
END_TEST

START_TEST(batch_effects_are_independent) {
    Dataset dataset = numbered(1);
    Augmentation all = {.flip = true, .shift = 2, .erasing = 0.5F, .noise = 3};
    float *first = augmented(&dataset, all, 4), *second = augmented(&dataset, all, 4);
    float *other = augmented(&dataset, all, 5);
    size_t bytes = sizeof(float) * COUNT * PIXELS;
    ck_assert(memcmp(first, second, bytes) == 0);
    ck_assert(memcmp(first, other, bytes) != 0);
    omp_set_num_threads(3);
    float *threads = augmented(&dataset, all, 4);
    ck_assert(memcmp(first, threads, bytes) == 0);
    /* Not the order either: the same image, alone or among others. */
    Dataset few = dataset;
    few.count = 7;
    BatchOptions options = plain(7);
    options.augmentation = all;
    BatchSource *source = batch_source_new(&few, options);
    float images[7 * PIXELS], labels[7];
    batch_source_start(source, 4);
    batch_source_next(source, images, labels);
    ck_assert_mem_eq(images, first, sizeof images);
    batch_source_free(source);
    free(first);
    free(second);
    free(other);
    free(threads);
    dataset_free(&dataset);
}
END_TEST

/* What view `view` of image n of numbered(2) shows: a byte. */
static int viewed(int n, int view, int y, int x, int c) {
    if (view % 2 == 1)
        return viewed(n, view - 1, y, WIDTH - 1 - x, c);
    static const int below[] = {0, 0, 0, 1, -1}, beside[] = {0, 1, -1, 0, 0};
    y += below[view / 2];
    x += beside[view / 2];
    if (y < 0 || y == HEIGHT || x < 0 || x == WIDTH)
        return 0;
    return y + x + c == 0 ? n : 1 + y * WIDTH + x + 100 * c;
}

START_TEST(batch_views_mirror_and_shift_every_image) {
    static const float means[] = {0.2F, 0.4F}; /* black is -51 in one channel, -102 in the other */
    Dataset dataset = numbered(2);
    for (int format = 0; format < 2; format++) {
        BatchOptions options = plain(COUNT);
        options.format = (DataFormat)format;
        options.mean = means;
        BatchSource *source = batch_source_new(&dataset, options);
        float *images = memory_new(batch_source_floats(source), sizeof(float)), labels[COUNT];
        float *seen = memory_new(batch_source_floats(source), sizeof(float));
        batch_source_next(source, images, labels);
        for (int view = 0; view < BATCH_MAX_VIEWS; view++) {
            batch_source_view(source, images, view, seen);
            for (int n = 0; n < COUNT; n += 83)
                for (int p = 0; p < PIXELS; p++)
                    for (int c = 0; c < 2; c++) {
                        int at = format == CHANNELS_LAST ? (n * PIXELS + p) * 2 + c
                                                         : (n * 2 + c) * PIXELS + p;
                        ck_assert_int_eq(byte(seen[at] + (float)(51 * c)),
                                         viewed(n, view, p / WIDTH, p % WIDTH, c));
                    }
        }
        batch_source_free(source);
        free(images);
        free(seen);
    }
    dataset_free(&dataset);
}
END_TEST

static void take_view(const void *view) {
    Dataset dataset = numbered(1);
    BatchSource *source = batch_source_new(&dataset, plain(1));
    float images[PIXELS] = {0}, seen[PIXELS];
    batch_source_view(source, images, *(const int *)view, seen);
}

START_TEST(batch_views_are_ten) {
    expect_error(take_view, &(int){BATCH_MAX_VIEWS}, "view 10", "use 0 to 9", NULL);
    expect_error(take_view, &(int){-1}, "view -1", "use 0 to 9", NULL);
}
END_TEST

START_TEST(batch_resize_is_that_of_images) {
    Dataset dataset = numbered(1);
    BatchOptions options = plain(2);
    options.size = 10;
    BatchSource *source = batch_source_new(&dataset, options);
    ck_assert_uint_eq(batch_source_floats(source), 2 * 10 * 10);
    float images[200], labels[2];
    batch_source_next(source, images, labels);
    for (int n = 0; n < 2; n++) {
        Image image = {HEIGHT, WIDTH, 1, dataset.images + n * PIXELS};
        Image resized = image_resize_shorter_side(&image, 10);
        ck_assert_int_eq(resized.height, 12);
        for (int p = 0; p < 100; p++) /* one row off at the top */
            ck_assert_int_eq(byte(images[n * 100 + p]), resized.pixels[p + 10]);
        image_free(&resized);
    }
    batch_source_free(source);
    dataset_free(&dataset);
}
END_TEST

START_TEST(erasing_rectangles_are_as_published) {
    Random random = random_stream(12, 0);
    int found = 0;
    double area = 0;
    for (int i = 0; i < 10000; i++) {
        Rectangle rectangle = erasing_rectangle(0.25F, 28, 28, &random);
        if (rectangle.height == 0)
            continue;
        found++;
        ck_assert(rectangle.top >= 0 && rectangle.top + rectangle.height <= 28);
        ck_assert(rectangle.left >= 0 && rectangle.left + rectangle.width <= 28);
        double pixels = rectangle.height * rectangle.width;
        area += pixels / (28 * 28);
        /* Whole pixels: half a pixel off on each side. */
        ck_assert_double_ge((rectangle.height + 0.5) * (rectangle.width + 0.5), 0.02 * 784);
        ck_assert_double_le((rectangle.height - 0.5) * (rectangle.width - 0.5), 0.33 * 784);
        ck_assert_double_ge((rectangle.height + 0.5) / (rectangle.width - 0.5), 0.3);
        ck_assert_double_le((rectangle.height - 0.5) / (rectangle.width + 0.5), 3.3);
    }
    ck_assert_int_le(abs(found - 2500), 220);
    ck_assert_double_eq_tol(area / found, 0.175, 0.015); /* uniform in 0.02 to 0.33; few misfits */
}
END_TEST

TCase *batch_tests(void) {
    TCase *tests = tcase_create("batch");
    tcase_add_test(tests, batch_whole_and_partly_filled);
    tcase_add_test(tests, batch_of_a_larger_one);
    tcase_add_test(tests, batch_order_holds_each_image_once);
    tcase_add_test(tests, batch_prefer_takes_the_hard_and_others_by_chance);
    tcase_add_test(tests, batch_normalises_each_channel);
    tcase_add_test(tests, batch_flip_mirrors_half);
    tcase_add_test(tests, batch_alternate_mirrors_the_other_half_next);
    tcase_add_test(tests, batch_effects_end_with_their_epochs);
    tcase_add_test(tests, batch_shift_moves_black_in);
    tcase_add_test(tests, batch_erasing_overwrites_a_rectangle);
    tcase_add_test(tests, batch_noise_is_normal);
    tcase_add_test(tests, batch_noise_goes_by_index_not_by_memory);
    tcase_add_test(tests, batch_of_the_numbers_given);
    tcase_add_test(tests, batch_effects_are_independent);
    tcase_add_test(tests, batch_views_mirror_and_shift_every_image);
    tcase_add_test(tests, batch_views_are_ten);
    tcase_add_test(tests, batch_resize_is_that_of_images);
    tcase_add_test(tests, erasing_rectangles_are_as_published);
    return tests;
}
