/* Tests of leaving out easy images: what is noted of each, and what an epoch then has. */
#include "cases.h"

#include <math.h>

#include "base/memory.h"
#include "training/hardness.h"

enum { COUNT = 40, CLASSES = 3, BATCH = 10 };

/* Grey images of one pixel; the labels go round. */
static Dataset greys(void) {
    Dataset dataset = {COUNT, 1, 1, 1, CLASSES, NULL, NULL, NULL};
    dataset.images = memory_new(COUNT, 1);
    dataset.labels = memory_new(COUNT, 1);
    for (int i = 0; i < COUNT; i++)
        dataset.labels[i] = (unsigned char)(i % CLASSES);
    return dataset;
}

static BatchSource *source_of(const Dataset *dataset) {
    static const float zero[] = {0}, one[] = {1};
    return batch_source_new(
        dataset,
        (BatchOptions){.batch = BATCH, .shuffle = true, .seed = 3, .mean = zero, .deviation = one});
}

/* Logits that make image `number` the harder the larger its number is: log 2^number for another
 * class than its own. */
static void answer(int number, float logits[CLASSES]) {
    for (int k = 0; k < CLASSES; k++)
        logits[k] = k == (number + 1) % CLASSES ? (float)(number * M_LN2) : 0;
}

static void see_batch(const Hardness *hardness, const BatchSource *source, const float *labels) {
    float logits[BATCH * CLASSES];
    double losses[BATCH];
    int count;
    const int *numbers = batch_source_numbers(source, &count);
    for (int n = 0; n < count; n++)
        answer(numbers[n], logits + (size_t)n * CLASSES);
    hardness_measure(count, CLASSES, logits, labels, losses);
    hardness_see(hardness, source, losses);
}

/* An epoch, all of it seen; which images it had. */
static void run_epoch(const Hardness *hardness, BatchSource *source, int epoch, int had[COUNT]) {
    float images[BATCH], labels[BATCH];
    for (int i = 0; i < COUNT; i++)
        had[i] = 0;
    batch_source_start(source, epoch);
    hardness_choose(hardness, source, false);
    while (batch_source_next(source, images, labels) > 0) {
        int count;
        const int *numbers = batch_source_numbers(source, &count);
        for (int n = 0; n < count; n++)
            had[numbers[n]]++;
        see_batch(hardness, source, labels);
    }
}

static int sum(const int had[COUNT], int begin, int end) {
    int total = 0;
    for (int i = begin; i < end; i++)
        total += had[i];
    return total;
}

START_TEST(hardness_notes_the_loss_of_each_image) {
    Dataset dataset = greys();
    BatchSource *source = source_of(&dataset);
    Hardness hardness = hardness_new(COUNT, COUNT, 0.5F, 1);
    int had[COUNT];
    run_epoch(&hardness, source, 1, had);
    const float *now = parameter_values(params_find(hardness.losses, "now"));
    for (int i = 0; i < COUNT; i++) {
        double loss = log(2 + ldexp(1, i)); /* the label's logit is 0 */
        if (had[i])
            ck_assert_double_eq_tol((double)now[i], loss, 1e-5 * (1 + loss));
        else
            ck_assert_double_gt((double)now[i], 1e20);
    }
    hardness_free(&hardness);
    batch_source_free(source);
    dataset_free(&dataset);
}
END_TEST

START_TEST(hardness_prefers_unseen_then_hard_images) {
    Dataset dataset = greys();
    BatchSource *source = source_of(&dataset);
    Hardness hardness = hardness_new(COUNT, COUNT, 0.5F, 1);
    int first[COUNT], second[COUNT], third[COUNT];
    run_epoch(&hardness, source, 1, first);
    run_epoch(&hardness, source, 2, second);
    run_epoch(&hardness, source, 3, third);
    for (int i = 0; i < COUNT; i++) {
        ck_assert_int_eq(first[i] + second[i], 1);
        ck_assert_int_eq(third[i], i >= COUNT / 2);
    }
    hardness_free(&hardness);
    hardness = hardness_new(COUNT, COUNT, 0.5F, 0.5F);
    for (int epoch = 1; epoch <= 5; epoch++)
        run_epoch(&hardness, source, epoch, third);
    ck_assert_int_eq(sum(third, 0, COUNT), COUNT / 2);
    ck_assert_int_eq(sum(third, COUNT - COUNT / 4, COUNT), COUNT / 4); /* the hardest, all */
    hardness_free(&hardness);
    batch_source_free(source);
    dataset_free(&dataset);
}
END_TEST

/* Stopped after the first batch of an epoch, whose losses are noted already. */
START_TEST(hardness_resumed_goes_on_with_the_same_images) {
    Dataset dataset = greys();
    BatchSource *source = source_of(&dataset);
    Hardness hardness = hardness_new(COUNT, COUNT, 0.5F, 0.5F);
    float images[BATCH], labels[BATCH], expected[BATCH], got[BATCH];
    int had[COUNT], count;
    run_epoch(&hardness, source, 1, had);
    batch_source_start(source, 2);
    hardness_choose(&hardness, source, false);
    batch_source_next(source, images, labels);
    see_batch(&hardness, source, labels);
    batch_source_next(source, images, expected);
    const int second = batch_source_numbers(source, &count)[0];

    batch_source_start(source, 2);
    hardness_choose(&hardness, source, true);
    batch_source_skip(source, 1);
    batch_source_next(source, images, got);
    ck_assert_int_eq(batch_source_numbers(source, &count)[0], second);
    ck_assert_mem_eq(got, expected, sizeof got);
    hardness_free(&hardness);
    batch_source_free(source);
    dataset_free(&dataset);
}
END_TEST

START_TEST(hardness_keeps_no_more_than_there_are) {
    const int many = 16777219; /* as a float, 16777220 */
    ck_assert_int_eq(hardness_kept(1, many), many);
    ck_assert_int_eq(hardness_kept(0.5F, 60000), 30000);
    ck_assert_int_eq(hardness_kept(0.1F, 3), 1);
}
END_TEST

TCase *hardness_tests(void) {
    TCase *tests = tcase_create("hardness");
    tcase_add_test(tests, hardness_notes_the_loss_of_each_image);
    tcase_add_test(tests, hardness_keeps_no_more_than_there_are);
    tcase_add_test(tests, hardness_prefers_unseen_then_hard_images);
    tcase_add_test(tests, hardness_resumed_goes_on_with_the_same_images);
    return tests;
}
