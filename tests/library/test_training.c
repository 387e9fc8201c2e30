/* Tests of common/training: whole steps and evaluations here; the optimiser, batches and
 * checkpoints have their own files. */
#include "cases.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "models/resnet.h"
#include "training/evaluation.h"
#include "training/network.h"
#include "training/optimizer.h"

Suite *training_suite(void);

/* ---- a linear model, against its equations in double ---- */

enum { SIDE = 3, FEATURES = SIDE * SIDE, CLASSES = 4, IMAGES = 10, BATCH = 4 };

static Tensor *record_linear(const void *model, Tensor *images, bool is_training) {
    (void)model;
    (void)is_training;
    return dense(flatten(images), (DenseOptions){.units = CLASSES, .name = "logits"});
}

static Network linear_network(Params *params, int batch, bool is_training, bool loops) {
    return network_new(params, (NetworkOptions){.record = record_linear,
                                                .batch = batch,
                                                .height = SIDE,
                                                .width = SIDE,
                                                .channels = 1,
                                                .is_training = is_training,
                                                .label_smoothing = 0.1F,
                                                .graph = {.loops = loops}});
}

/* The same in double: values, velocity and gradients of kernel (FEATURES, CLASSES) then bias. */
enum { WEIGHTS = FEATURES * CLASSES + CLASSES };

static void linear_logits(const double *weights, const float *image, double logits[CLASSES]) {
    for (int k = 0; k < CLASSES; k++) {
        logits[k] = weights[FEATURES * CLASSES + k];
        for (int c = 0; c < FEATURES; c++)
            logits[k] += (double)image[c] * weights[c * CLASSES + k];
    }
}

/* -log of the softmax; smoothing as in pieces/loops.h. */
static double cross_entropy(const double logits[CLASSES], int label, double smoothing,
                            double d_logits[CLASSES]) {
    double sum = 0, loss = 0;
    for (int k = 0; k < CLASSES; k++)
        sum += exp(logits[k]);
    for (int k = 0; k < CLASSES; k++) {
        double target = (k == label) * (1 - smoothing) + smoothing / CLASSES;
        loss -= target * (logits[k] - log(sum));
        d_logits[k] = exp(logits[k]) / sum - target;
    }
    return loss;
}

static double reference_linear_step(double *weights, double *velocity, const float *images,
                                    const float *labels, SgdOptions options, double decay) {
    double gradients[WEIGHTS] = {0}, loss = 0;
    for (int n = 0; n < BATCH; n++) {
        double logits[CLASSES], d_logits[CLASSES];
        linear_logits(weights, images + n * FEATURES, logits);
        loss += cross_entropy(logits, (int)labels[n], (double)0.1F, d_logits) / BATCH;
        for (int k = 0; k < CLASSES; k++) {
            gradients[FEATURES * CLASSES + k] += d_logits[k] / BATCH;
            for (int c = 0; c < FEATURES; c++)
                gradients[c * CLASSES + k] +=
                    (double)images[n * FEATURES + c] * d_logits[k] / BATCH;
        }
    }
    for (int i = 0; i < WEIGHTS; i++) {
        double g = gradients[i] + (i < FEATURES * CLASSES ? decay : 0) * weights[i];
        velocity[i] = (double)options.momentum * velocity[i] + g;
        weights[i] -= (double)options.learning_rate * (g + (double)options.momentum * velocity[i]);
    }
    return loss;
}

START_TEST(train_step_matches_a_linear_model_in_double) {
    const SgdOptions options = {0.2F, 0.9F, true};
    Params *params = params_new(4);
    Network network = linear_network(params, BATCH, true, _i);
    Optimizer *optimizer = optimizer_new(params, 0.01F, NULL);
    const float *kernel = parameter_values(params_find(params, "logits/kernel"));
    const float *bias = parameter_values(params_find(params, "logits/bias"));
    double weights[WEIGHTS] = {0}, velocity[WEIGHTS] = {0};
    for (int i = 0; i < FEATURES * CLASSES; i++)
        weights[i] = (double)kernel[i];

    Random random = random_stream(14, 0);
    for (int step = 0; step < 10; step++) {
        float images[BATCH * FEATURES], labels[BATCH];
        for (int i = 0; i < BATCH * FEATURES; i++)
            images[i] = random_normal(&random);
        for (int n = 0; n < BATCH; n++)
            labels[n] = (float)random_below(&random, CLASSES);
        float loss = train_step(&network, optimizer, options, images, labels);
        double expected =
            reference_linear_step(weights, velocity, images, labels, options, (double)0.01F);
        ck_assert_double_eq_tol((double)loss, expected, 2e-5);
        for (int i = 0; i < WEIGHTS; i++) {
            float got = i < FEATURES * CLASSES ? kernel[i] : bias[i - FEATURES * CLASSES];
            ck_assert_double_eq_tol((double)got, weights[i], 2e-5);
        }
    }
    optimizer_free(optimizer);
    network_free(&network);
    params_free(params);
}
END_TEST

/* ---- evaluation ---- */

/* Images whose logits are their first four pixels times 4: image i says class i % 3, image 3 is
 * brightest where it should not be. Labels follow, but for the images 1 and 9. */
static Dataset answers(void) {
    Dataset dataset = {IMAGES, SIDE, SIDE, 1, CLASSES, NULL, NULL, NULL};
    dataset.images = memory_new(IMAGES * FEATURES, 1);
    dataset.labels = memory_new(IMAGES, 1);
    for (int i = 0; i < IMAGES; i++) {
        dataset.images[i * FEATURES + i % 3] = (unsigned char)(100 + 10 * i);
        dataset.labels[i] = (unsigned char)(i % 3);
    }
    dataset.labels[1] = 3;
    dataset.labels[9] = 2;
    return dataset;
}

/* Pixel k times 4 is logit k. */
static void set_answers(const Params *params, double weights[WEIGHTS]) {
    float *kernel = parameter_values(params_find(params, "logits/kernel"));
    memset(kernel, 0, sizeof(float) * FEATURES * CLASSES);
    for (int k = 0; k < CLASSES; k++)
        weights[k * CLASSES + k] = kernel[k * CLASSES + k] = 4;
}

/* What view `view` of the image shows at (row, column); black is 0. */
static float viewed(const unsigned char *pixels, int view, int row, int column) {
    if (view % 2 == 1)
        return viewed(pixels, view - 1, row, SIDE - 1 - column);
    static const int below[] = {0, 0, 0, 1, -1}, beside[] = {0, 1, -1, 0, 0};
    row += below[view / 2];
    column += beside[view / 2];
    bool inside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
    return inside ? (float)pixels[row * SIDE + column] / 255 : 0;
}

static Evaluation reference_evaluation(const Dataset *dataset, const double *weights, int views) {
    Evaluation sum = {0};
    for (int i = 0; i < IMAGES; i++) {
        double logits[CLASSES] = {0}, unused[CLASSES];
        for (int view = 0; view < views; view++) {
            float image[FEATURES];
            for (int p = 0; p < FEATURES; p++)
                image[p] = viewed(dataset->images + i * FEATURES, view, p / SIDE, p % SIDE);
            double of_view[CLASSES];
            linear_logits(weights, image, of_view);
            for (int k = 0; k < CLASSES; k++)
                logits[k] += of_view[k] / views;
        }
        int largest = 0;
        for (int k = 0; k < CLASSES; k++)
            largest = logits[k] > logits[largest] ? k : largest;
        sum.loss += cross_entropy(logits, dataset->labels[i], 0, unused) / IMAGES;
        sum.accuracy += (largest == dataset->labels[i]) / (double)IMAGES;
    }
    return sum;
}

static void assert_same(Evaluation expected, Evaluation got) {
    ck_assert_double_eq_tol(got.accuracy, expected.accuracy, 1e-12);
    ck_assert_double_eq_tol(got.loss, expected.loss, 1e-6);
}

START_TEST(evaluate_counts_each_image_once) {
    const float mean = 0, deviation = 1;
    Dataset dataset = answers();
    for (int batch = 1; batch <= IMAGES + 1; batch += 3) { /* 10 of 11, and 4 + 4 + 2 */
        Params *params = params_new(1);
        Network network = linear_network(params, batch, false, false);
        double weights[WEIGHTS] = {0};
        set_answers(params, weights);
        BatchSource *source = batch_source_new(
            &dataset, (BatchOptions){.batch = batch, .mean = &mean, .deviation = &deviation});
        for (int views = 1; views <= BATCH_MAX_VIEWS; views++) {
            Evaluation expected = reference_evaluation(&dataset, weights, views);
            Evaluation got = evaluate(&network, source, views);
            if (views == 1)
                ck_assert_double_eq_tol(got.accuracy, 0.8, 1e-12);
            assert_same(expected, got);
            for (int groups = 2; groups <= 16; groups *= 2) /* of 16 some have no image */
                assert_same(expected,
                            evaluate_in_groups(&network, source, views, (Groups){.count = groups}));
        }
        batch_source_free(source);
        network_free(&network);
        params_free(params);
    }
    dataset_free(&dataset);
}
END_TEST

/* ---- a small ResNet ---- */

enum { LEARNED = 64, LEARNED_SIDE = 8, LEARNED_PIXELS = LEARNED_SIDE * LEARNED_SIDE };

/* 64 images of noise with labels by chance: only learning them by heart helps. */
static Dataset noise(void) {
    Dataset dataset = {LEARNED, LEARNED_SIDE, LEARNED_SIDE, 1, 10, NULL, NULL, NULL};
    dataset.images = memory_new(LEARNED * LEARNED_PIXELS, 1);
    dataset.labels = memory_new(LEARNED, 1);
    Random random = random_stream(15, 0);
    for (int i = 0; i < LEARNED * LEARNED_PIXELS; i++)
        dataset.images[i] = (unsigned char)random_below(&random, 256);
    for (int i = 0; i < LEARNED; i++)
        dataset.labels[i] = (unsigned char)random_below(&random, 10);
    return dataset;
}

static const ResNetModel small_model = {.name = "small",
                                        .output_size = 10,
                                        .filters_initial = 8,
                                        .stem_kernel_size = 3,
                                        .stem_strides = 1,
                                        .num_block_layers = 2,
                                        .block_layer_sizes = {1, 1},
                                        .block_strides = {1, 2},
                                        .batch_norm_momentum = 0.9F};

typedef struct Learner {
    Params *params;
    Network network, evaluation;
    Optimizer *optimizer;
    BatchSource *source;
} Learner;

static Learner learner_new(const Dataset *dataset) {
    static const float mean = 0.5F, deviation = 0.29F;
    Learner learner = {.params = params_new(2)};
    NetworkOptions options = {.record = resnet_record,
                              .model = &small_model,
                              .batch = LEARNED / 2,
                              .height = LEARNED_SIDE,
                              .width = LEARNED_SIDE,
                              .channels = 1,
                              .is_training = true};
    learner.network = network_new(learner.params, options);
    options.is_training = false;
    learner.evaluation = network_new(learner.params, options);
    learner.optimizer = optimizer_new(learner.params, 0, NULL);
    learner.source = batch_source_new(dataset, (BatchOptions){.batch = LEARNED / 2,
                                                              .shuffle = true,
                                                              .seed = 9,
                                                              .mean = &mean,
                                                              .deviation = &deviation});
    return learner;
}

static void learner_free(Learner *learner) {
    batch_source_free(learner->source);
    optimizer_free(learner->optimizer);
    network_free(&learner->network);
    network_free(&learner->evaluation);
    params_free(learner->params);
}

/* The mean loss of the last epoch. */
static double learn(Learner *learner, int epochs) {
    float images[LEARNED / 2 * LEARNED_PIXELS], labels[LEARNED / 2];
    double loss = 0;
    for (int epoch = 1; epoch <= epochs; epoch++) {
        loss = 0;
        batch_source_start(learner->source, epoch);
        while (batch_source_next(learner->source, images, labels) > 0)
            loss += (double)train_step(&learner->network, learner->optimizer,
                                       (SgdOptions){0.05F, 0.9F, true}, images, labels) /
                    2;
    }
    return loss;
}

START_TEST(training_learns_64_images_by_heart) {
    Dataset dataset = noise();
    Learner learner = learner_new(&dataset);
    ck_assert_double_gt(learn(&learner, 1), 1.5); /* log(10) and more */
    ck_assert_double_lt(learn(&learner, 100), 0.01);
    Evaluation evaluation = evaluate(&learner.evaluation, learner.source, 1);
    ck_assert_double_eq(evaluation.accuracy, 1);
    ck_assert_double_lt(evaluation.loss, 0.05);
    learner_free(&learner);
    dataset_free(&dataset);
}
END_TEST

START_TEST(training_threads_do_not_matter) {
    Dataset dataset = noise();
    float *first = NULL;
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        Learner learner = learner_new(&dataset);
        learn(&learner, 3);
        size_t bytes = params_block_count(learner.params) * sizeof(float);
        if (!first) {
            first = memory_new(bytes, 1);
            memcpy(first, params_values(learner.params), bytes);
        }
        ck_assert_mem_eq(params_values(learner.params), first, bytes);
        learner_free(&learner);
    }
    free(first);
    dataset_free(&dataset);
}
END_TEST

Suite *training_suite(void) {
    Suite *suite = suite_create("training");
    suite_add_tcase(suite, sgd_tests());
    suite_add_tcase(suite, averaging_tests());
    suite_add_tcase(suite, muon_tests());
    suite_add_tcase(suite, hardness_tests());
    suite_add_tcase(suite, batch_tests());
    suite_add_tcase(suite, augmentation_tests());
    suite_add_tcase(suite, checkpoint_tests());
    suite_add_tcase(suite, state_tests());
    suite_add_tcase(suite, threads_tests());
    suite_add_tcase(suite, validation_tests());
    suite_add_tcase(suite, training_options_tests());
    suite_add_tcase(suite, weights_tests());
    TCase *tests = tcase_create("steps and evaluation");
    tcase_add_loop_test(tests, train_step_matches_a_linear_model_in_double, 0, 2);
    tcase_add_test(tests, evaluate_counts_each_image_once);
    tcase_add_test(tests, training_learns_64_images_by_heart);
    tcase_add_test(tests, training_threads_do_not_matter);
    suite_add_tcase(suite, tests);
    return suite;
}
