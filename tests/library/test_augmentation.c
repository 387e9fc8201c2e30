/* Tests of the augmentation of batches. */
#include "cases.h"
#include "numbered.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "data/erasing.h"
#include "pieces/training.h"

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
        epochs[i] = augmented(&dataset, (Augmentation){.flip = true, .alternate = true}, 4 + i);
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

TCase *augmentation_tests(void) {
    TCase *tests = tcase_create("augmentation");
    tcase_add_test(tests, batch_flip_mirrors_half);
    tcase_add_test(tests, batch_alternate_mirrors_the_other_half_next);
    tcase_add_test(tests, batch_effects_end_with_their_epochs);
    tcase_add_test(tests, batch_shift_moves_black_in);
    tcase_add_test(tests, batch_erasing_overwrites_a_rectangle);
    tcase_add_test(tests, batch_noise_is_normal);
    tcase_add_test(tests, batch_noise_goes_by_index_not_by_memory);
    tcase_add_test(tests, batch_effects_are_independent);
    tcase_add_test(tests, erasing_rectangles_are_as_published);
    return tests;
}
