/* Tests of batches: their order, their images' values, sizes and views. */
#include "cases.h"
#include "expect_error.h"
#include "numbered.h"

#include <stdlib.h>

#include "data/image.h"
#include "data/resizer.h"

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

/* A channel that is the same everywhere has the deviation 0: it is left undivided. */
START_TEST(batch_of_a_channel_without_deviation) {
    Dataset dataset = numbered(2);
    const float mean[] = {0.25F, 0.5F}, deviation[] = {0.5F, 0};
    BatchSource *source = batch_source_new(
        &dataset, (BatchOptions){.batch = 1, .mean = mean, .deviation = deviation});
    float images[2 * PIXELS], label;
    batch_source_next(source, images, &label);
    for (int i = 0; i < 2 * PIXELS; i++) {
        float value = (float)dataset.images[i] / 255;
        ck_assert_float_eq_tol(images[i], i % 2 ? value - 0.5F : (value - 0.25F) * 2, 1e-6F);
    }
    batch_source_free(source);
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

/* The score of image i: a permutation of 0 to COUNT - 1; the first ten are hardest. */
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

TCase *batch_tests(void) {
    TCase *tests = tcase_create("batch");
    tcase_add_test(tests, batch_whole_and_partly_filled);
    tcase_add_test(tests, batch_of_a_channel_without_deviation);
    tcase_add_test(tests, batch_of_a_larger_one);
    tcase_add_test(tests, batch_order_holds_each_image_once);
    tcase_add_test(tests, batch_prefer_takes_the_hard_and_others_by_chance);
    tcase_add_test(tests, batch_normalises_each_channel);
    tcase_add_test(tests, batch_of_the_numbers_given);
    tcase_add_test(tests, batch_views_mirror_and_shift_every_image);
    tcase_add_test(tests, batch_views_are_ten);
    tcase_add_test(tests, batch_resize_is_that_of_images);
    return tests;
}
