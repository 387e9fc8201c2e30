/* Tests of comparing two networks, and of looking for copies: against exact fractions, and against
 * all pairs. */
#include "cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "11_classify/comparison.h"
#include "11_classify/copies.h"
#include "base/memory.h"
#include "base/random.h"

START_TEST(comparison_counts_who_is_right) {
    int labels[] = {0, 1, 2, 3, 4, 5, 6};
    int ones[] = {0, 1, 2, 0, 0, 5, 0}, others[] = {0, 1, 0, 3, 4, 0, 1};
    Predictions first = {7, labels, ones, NULL}, second = {7, labels, others, NULL};
    Comparison comparison = predictions_compare(&first, &second);
    ck_assert_int_eq(comparison.both, 2);
    ck_assert_int_eq(comparison.first_alone, 2);
    ck_assert_int_eq(comparison.second_alone, 2);
    ck_assert_int_eq(comparison.neither, 1);
}
END_TEST

/* 2 * sum of C(n, i) / 2^n, which Python's whole numbers give exactly. */
START_TEST(mcnemar_is_exact) {
    const struct {
        int first, second;
        double expected;
    } rows[] = {{0, 0, 1},
                {5, 5, 1},
                {0, 5, 0.0625},
                {8, 2, 0.109375},
                {60, 100, 0.001953728034064342},
                {240, 300, 0.011050481081930009},
                {300, 240, 0.011050481081930009},
                {1200, 1300, 0.047681865221043604}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_double_eq_tol(mcnemar_probability(rows[i].first, rows[i].second),
                                rows[i].expected, 1e-9 * rows[i].expected);
}
END_TEST

enum { SIDE = 13, PIXELS = SIDE * SIDE, IMAGES = 60, AMONG = 300 };

static Dataset noise(int count, uint64_t seed) {
    Dataset dataset = {count, SIDE, SIDE, 1, 2, NULL, NULL, NULL};
    dataset.images = memory_new((size_t)count * PIXELS, 1);
    dataset.labels = memory_new((size_t)count, 1);
    Random random = random_stream(seed, 0);
    for (int n = 0; n < count; n++) {
        int dark = random_below(&random, 200);
        for (int i = 0; i < PIXELS; i++)
            dataset.images[n * PIXELS + i] = (unsigned char)(dark + random_below(&random, 56));
    }
    return dataset;
}

static Nearest nearest_of_all(const unsigned char *image, const Dataset *among, double most) {
    Nearest nearest = {-1, 0};
    for (int n = 0; n < among->count; n++) {
        double squares = 0;
        for (int i = 0; i < PIXELS; i++)
            squares += pow(image[i] - among->images[n * PIXELS + i], 2);
        double apart = sqrt(squares / PIXELS);
        if (apart <= most && (nearest.number < 0 || apart < nearest.grey_levels))
            nearest = (Nearest){n, apart};
    }
    return nearest;
}

START_TEST(nearest_images_are_the_nearest) {
    Dataset images = noise(IMAGES, 1), among = noise(AMONG, 2);
    for (int i = 0; i < 3; i++) { /* copies: one, and two of which the first counts */
        memcpy(among.images + (size_t)(40 * i + 7) * PIXELS, images.images, PIXELS);
        memcpy(among.images + (size_t)(250 - i) * PIXELS, images.images + PIXELS, PIXELS);
    }
    among.images[7 * PIXELS]++;
    for (int most = 0; most <= 24; most += 12) {
        Nearest *nearest = nearest_images(&images, &among, most);
        int found = 0;
        for (int n = 0; n < IMAGES; n++) {
            Nearest expected = nearest_of_all(images.images + n * PIXELS, &among, most);
            ck_assert_int_eq(nearest[n].number, expected.number);
            ck_assert_double_eq_tol(nearest[n].grey_levels, expected.grey_levels, 1e-9);
            found += expected.number >= 0;
        }
        ck_assert_int_eq(nearest[0].number, 47);
        ck_assert_int_eq(nearest[1].number, 248);
        ck_assert(most < 24 ? found == 2 : found > 2);
        free(nearest);
    }
    dataset_free(&images);
    dataset_free(&among);
}
END_TEST

TCase *comparison_tests(void) {
    TCase *tests = tcase_create("comparison");
    tcase_add_test(tests, comparison_counts_who_is_right);
    tcase_add_test(tests, mcnemar_is_exact);
    tcase_add_test(tests, nearest_images_are_the_nearest);
    return tests;
}
