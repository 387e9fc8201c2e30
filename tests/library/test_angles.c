/* Tests of what regression needs: turned images (13_regression/rotate.h), passes over them and
 * their scores (13_regression/angles.h). */
#include "13_regression/angle_trainer.h"

#include "base/memory.h"
#include "compare.h"
#include "expect_error.h"
#include "layers/layers.h"
#include "training/optimizer.h"

#include <check.h>
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 8, IMAGES = 5, PIXELS = SIDE * SIDE };

/* Where pixel (row, column) lies from the middle: right + i * up. */
static double complex place(int size, int row, int column) {
    return column - (size - 1) / 2.0 + I * ((size - 1) / 2.0 - row);
}

static bool in_circle(int size, int row, int column) {
    return cabs(place(size, row, column)) <= (size - 1) / 2.0;
}

/* ---- rotate_values ---- */

START_TEST(quarter_turn_is_exact) {
    for (int size = 7; size <= 8; size++) {
        float *inputs = array_random((size_t)size * size, 1),
              *outputs = array_new((size_t)size * size);
        rotate_values(inputs, size, M_PI / 2, outputs);
        for (int row = 0; row < size; row++)
            for (int column = 0; column < size; column++) {
                /* anticlockwise: the right column becomes the top row */
                float expected =
                    in_circle(size, row, column) ? inputs[column * size + size - 1 - row] : 0;
                ck_assert_float_eq_tol(outputs[row * size + column], expected, 1e-5f);
            }
    }
}
END_TEST

/* Bilinear interpolation of a plane is exact, so its turned values are known at every angle. */
START_TEST(plane_turns_by_any_angle) {
    static const double angles[] = {0, 0.3, 1.1, 2.5, 3.3, 4.0, 6.1, -0.7, 20};
    float inputs[49], outputs[49];
    for (int i = 0; i < 49; i++)
        inputs[i] =
            (float)(0.5 + 2 * creal(place(7, i / 7, i % 7)) - 3 * cimag(place(7, i / 7, i % 7)));
    for (size_t k = 0; k < sizeof angles / sizeof angles[0]; k++) {
        rotate_values(inputs, 7, angles[k], outputs);
        for (int i = 0; i < 49; i++) {
            double complex from = place(7, i / 7, i % 7) * cexp(-I * angles[k]);
            double expected =
                in_circle(7, i / 7, i % 7) ? 0.5 + 2 * creal(from) - 3 * cimag(from) : 0;
            ck_assert_double_eq_tol((double)outputs[i], expected, 1e-4);
        }
    }
}
END_TEST

START_TEST(corners_tell_nothing) {
    float inputs[PIXELS], outputs[PIXELS];
    for (int i = 0; i < PIXELS; i++)
        inputs[i] = 1;
    for (int degree = 0; degree < 360; degree += 7) {
        rotate_values(inputs, SIDE, degree * M_PI / 180, outputs);
        for (int i = 0; i < PIXELS; i++)
            ck_assert_float_eq_tol(outputs[i], in_circle(SIDE, i / SIDE, i % SIDE) ? 1 : 0, 1e-6f);
    }
}
END_TEST

static void rotate_one_pixel(const void *unused) {
    (void)unused;
    float pixel = 1;
    rotate_values(&pixel, 1, 1, &pixel);
}

START_TEST(one_pixel_is_refused) {
    expect_error(rotate_one_pixel, NULL, "1 x 1", "at least 2 x 2", NULL);
}
END_TEST

/* ---- rotated_batch ---- */

static Dataset some_images(int channels) {
    Dataset dataset = {IMAGES, SIDE, SIDE, channels, 2, NULL, NULL, NULL};
    dataset.images = memory_new(IMAGES, PIXELS * (size_t)channels);
    dataset.labels = memory_new(IMAGES, 1);
    for (int i = 0; i < IMAGES * PIXELS * channels; i++)
        dataset.images[i] = (unsigned char)(i * 37 % 256);
    return dataset;
}

static void free_images(Dataset *dataset) {
    free(dataset->images);
    free(dataset->labels);
}

static const DatasetStatistics statistics = {{0.5f}, {0.25f}};

START_TEST(batch_holds_images_turned_by_their_targets) {
    Dataset dataset = some_images(1);
    const int numbers[] = {4, 0, 2};
    float images[3 * PIXELS], targets[6], upright[PIXELS], turned[PIXELS];
    rotated_batch(&dataset, &statistics, 3, numbers, 3, images, targets);
    for (int n = 0; n < 3; n++) {
        double cosine = (double)targets[2 * n], sine = (double)targets[2 * n + 1];
        ck_assert_double_eq_tol(cosine * cosine + sine * sine, 1, 1e-6);
        for (int i = 0; i < PIXELS; i++)
            upright[i] = (float)dataset.images[numbers[n] * PIXELS + i] / 255;
        rotate_values(upright, SIDE, atan2(sine, cosine), turned);
        for (int i = 0; i < PIXELS; i++)
            ck_assert_float_eq_tol(images[n * PIXELS + i], (turned[i] - 0.5f) / 0.25f, 1e-4f);
    }
    free_images(&dataset);
}
END_TEST

START_TEST(angle_depends_on_seed_and_image_alone) {
    Dataset dataset = some_images(1);
    float images[3 * PIXELS], targets[6], other_images[3 * PIXELS], other_targets[6];
    rotated_batch(&dataset, &statistics, 3, (const int[]){4, 0, 2}, 3, images, targets);
    rotated_batch(&dataset, &statistics, 3, (const int[]){2, 4}, 2, other_images, other_targets);
    ck_assert_mem_eq(targets, other_targets + 2, 2 * sizeof(float));
    ck_assert_mem_eq(targets + 4, other_targets, 2 * sizeof(float));
    ck_assert_mem_eq(images, other_images + PIXELS, PIXELS * sizeof(float));
    rotated_batch(&dataset, &statistics, 4, (const int[]){4, 0, 2}, 3, other_images, other_targets);
    ck_assert_mem_ne(targets, other_targets, sizeof targets);
    free_images(&dataset);
}
END_TEST

/* Of 4000 uniform angles, the means of cos, sin, cos 2x and sin 2x are within four deviations, each
 * sqrt(1 / 2 / 4000), of 0. */
START_TEST(angles_are_uniform) {
    Dataset dataset = some_images(1);
    double sums[4] = {0};
    for (uint64_t seed = 0; seed < 4000; seed++) {
        float image[PIXELS], target[2];
        rotated_batch(&dataset, &statistics, seed, (const int[]){1}, 1, image, target);
        double angle = atan2((double)target[1], (double)target[0]);
        sums[0] += cos(angle) / 4000;
        sums[1] += sin(angle) / 4000;
        sums[2] += cos(2 * angle) / 4000;
        sums[3] += sin(2 * angle) / 4000;
    }
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(sums[i], 0, 4 * sqrt(1 / 2.0 / 4000));
    free_images(&dataset);
}
END_TEST

static void turn_colours(const void *unused) {
    (void)unused;
    Dataset dataset = some_images(3);
    float images[3 * PIXELS], targets[2];
    rotated_batch(&dataset, &statistics, 1, (const int[]){0}, 1, images, targets);
}

START_TEST(colours_are_refused) {
    expect_error(turn_colours, NULL, "8 x 8 x 3", "grey and square", NULL);
}
END_TEST

/* ---- passes ---- */

/* The simplest network there is: one dense layer on the pixels. */
static Tensor *record_linear(const void *model, Tensor *images, bool is_training) {
    (void)model;
    (void)is_training;
    return dense(flatten(images), (DenseOptions){.units = ANGLE_OUTPUTS});
}

typedef struct Fixture {
    Dataset dataset;
    Params *params;
    Network network;
    AngleAnswers answers;
} Fixture;

static void set_up(Fixture *fixture) {
    *fixture = (Fixture){.dataset = some_images(1)};
    fixture->params = params_new(1);
    AngleTraining training = {.record = record_linear, .batch = 2};
    fixture->network = angle_network(&training, fixture->params, SIDE, true);
    fixture->answers = angle_answers_new(IMAGES);
}

static void tear_down(Fixture *fixture) {
    angle_answers_free(&fixture->answers);
    network_free(&fixture->network);
    params_free(fixture->params);
    free_images(&fixture->dataset);
}

static AnglePass pass_over(const Fixture *fixture) {
    return (AnglePass){.network = &fixture->network,
                       .images = &fixture->dataset,
                       .statistics = &statistics,
                       .seed = 9};
}

/* Three batches of two; the last one's second place is none of the five images. */
START_TEST(test_asks_each_image_once) {
    static const int order[IMAGES] = {3, 1, 4, 0, 2};
    Fixture fixture;
    set_up(&fixture);
    const float *values = params_values(fixture.params);
    size_t bytes = params_block_count(fixture.params) * sizeof(float);
    float *before = memory_new(1, bytes);
    memcpy(before, values, bytes);
    AnglePass pass = pass_over(&fixture);
    pass.order = order;
    angle_pass(&pass, &fixture.answers);

    float images[IMAGES * PIXELS], targets[2 * IMAGES];
    rotated_batch(&fixture.dataset, &statistics, 9, order, IMAGES, images, targets);
    ck_assert_int_eq(fixture.answers.count, IMAGES);
    ck_assert_mem_eq(fixture.answers.targets, targets, sizeof targets);
    const float *kernel = parameter_values(params_find(fixture.params, "dense/kernel"));
    for (int n = 0; n < IMAGES; n++)
        for (int k = 0; k < ANGLE_OUTPUTS; k++) {
            double expected = 0; /* the bias starts at 0 */
            for (int i = 0; i < PIXELS; i++)
                expected += (double)images[n * PIXELS + i] * kernel[i * ANGLE_OUTPUTS + k];
            ck_assert_double_eq_tol((double)fixture.answers.predictions[n * ANGLE_OUTPUTS + k],
                                    expected, 1e-4);
        }
    ck_assert_mem_eq(values, before, bytes);
    free(before);
    tear_down(&fixture);
}
END_TEST

START_TEST(learning_takes_whole_batches) {
    Fixture fixture;
    set_up(&fixture);
    Optimizer *optimizer = optimizer_new(fixture.params, 0, NULL);
    AnglePass pass = pass_over(&fixture);
    pass.optimizer = optimizer;
    pass.schedule = (Schedule){SCHEDULE_CONSTANT, 0.001f, 0};
    pass.total_steps = 2;
    angle_pass(&pass, &fixture.answers);
    ck_assert_int_eq(fixture.answers.count, 4);
    double before = angle_score(&fixture.answers).loss;
    for (int i = 0; i < 100; i++)
        angle_pass(&pass, &fixture.answers);
    /* 64 weights for 4 images and the same angles each time: it learns them by heart */
    ck_assert_double_lt(angle_score(&fixture.answers).loss, before / 1000);
    optimizer_free(optimizer);
    tear_down(&fixture);
}
END_TEST

/* ---- scores ---- */

START_TEST(score_by_hand) {
    /* errors 0, 45, 90 and 180 degrees */
    float predictions[] = {2, 0, 1, 1, 0, 3, -1, 0}, targets[] = {1, 0, 1, 0, 1, 0, 1, 0};
    AngleAnswers answers = {predictions, targets, 4};
    AngleScore score = angle_score(&answers);
    ck_assert_double_eq_tol(angle_error(&answers, 1), 45, 1e-9);
    ck_assert_double_eq_tol(score.median, 67.5, 1e-9);
    ck_assert_double_eq_tol(score.mean, 78.75, 1e-9);
    ck_assert_double_eq_tol(score.over_90, 0.25, 1e-9);
    ck_assert_double_eq_tol(score.loss, (1 + 1 + (1 + 9) + 4) / 8.0, 1e-6);
    answers.count = 3;
    ck_assert_double_eq_tol(angle_score(&answers).median, 45, 1e-9);
}
END_TEST

Suite *angles_suite(void) {
    Suite *suite = suite_create("angles");
    TCase *tests = tcase_with_cleanup("angles");
    tcase_add_test(tests, quarter_turn_is_exact);
    tcase_add_test(tests, plane_turns_by_any_angle);
    tcase_add_test(tests, corners_tell_nothing);
    tcase_add_test(tests, one_pixel_is_refused);
    tcase_add_test(tests, batch_holds_images_turned_by_their_targets);
    tcase_add_test(tests, angle_depends_on_seed_and_image_alone);
    tcase_add_test(tests, angles_are_uniform);
    tcase_add_test(tests, colours_are_refused);
    tcase_add_test(tests, test_asks_each_image_once);
    tcase_add_test(tests, learning_takes_whole_batches);
    tcase_add_test(tests, score_by_hand);
    suite_add_tcase(suite, tests);
    return suite;
}
