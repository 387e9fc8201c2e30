/* Tests of evaluate(). */
#include "linear_network.h"

#include <stdlib.h>

/* A made-up test set; pixels are bytes. */
static Dataset some_images(int count) {
    Dataset dataset = {.count = count,
                       .height = LINEAR_HEIGHT,
                       .width = LINEAR_WIDTH,
                       .channels = 1,
                       .classes = LINEAR_CLASSES,
                       .images = malloc((size_t)count * LINEAR_PIXELS),
                       .labels = malloc((size_t)count)};
    double *values = random_values(4, (size_t)count * LINEAR_PIXELS);
    for (int i = 0; i < count * LINEAR_PIXELS; i++)
        dataset.images[i] = (unsigned char)fmin(255, fabs(values[i]) * 100);
    for (int n = 0; n < count; n++)
        dataset.labels[n] = (unsigned char)(n * 7 / 3 % LINEAR_CLASSES);
    return dataset;
}

static int largest(const double *logits) {
    int best = 0;
    for (int k = 1; k < LINEAR_CLASSES; k++)
        if (logits[k] > logits[best])
            best = k;
    return best;
}

/* Pixel i of the image, normalised as the batches are; mirrored left to right or not. */
static double pixel(const Dataset *dataset, int n, int i, bool mirrored) {
    int row = i / LINEAR_WIDTH, column = i % LINEAR_WIDTH;
    if (mirrored)
        column = LINEAR_WIDTH - 1 - column;
    return (dataset->images[n * LINEAR_PIXELS + row * LINEAR_WIDTH + column] / 255.0 - 0.25) / 0.5;
}

static Evaluation reference(const Params *params, const Dataset *dataset, bool flip) {
    double loss = 0, right = 0, unused[LINEAR_CLASSES];
    for (int n = 0; n < dataset->count; n++) {
        double image[LINEAR_PIXELS], mirror[LINEAR_PIXELS];
        for (int i = 0; i < LINEAR_PIXELS; i++) {
            image[i] = pixel(dataset, n, i, false);
            mirror[i] = pixel(dataset, n, i, true);
        }
        double *logits = linear_logits(params, 1, image);
        const double *of_mirror = linear_logits(params, 1, mirror);
        for (int k = 0; k < LINEAR_CLASSES && flip; k++)
            logits[k] = (logits[k] + of_mirror[k]) / 2;
        int label = dataset->labels[n];
        loss += reference_softmax(1, LINEAR_CLASSES, 0, logits, &label, unused);
        right += largest(logits) == label;
    }
    return (Evaluation){loss / dataset->count, right / dataset->count};
}

/* Adds `shift` to every logit, which changes no probability. */
static void try_shifted(int count, int batch, bool flip, float shift) {
    static const float mean[] = {0.25f}, deviation[] = {0.5f};
    Params *params = params_new(1);
    Network network = linear_network(params, batch, false);
    for (int k = 0; k < LINEAR_CLASSES; k++)
        parameter_values(params_find(params, "logits/bias"))[k] += shift;
    Dataset dataset = some_images(count);
    BatchSource *source = batch_source_new(
        &dataset, (BatchOptions){.batch = batch, .mean = mean, .deviation = deviation});
    Evaluation got = evaluate(&network, source, flip);
    Evaluation expected = reference(params, &dataset, flip);
    record_output("loss", axes_line('i', 1), (float[]){(float)got.loss});
    record_output("accuracy", axes_line('i', 1), (float[]){(float)got.accuracy});
    expect_number("the accuracy", got.accuracy, expected.accuracy, 1e-6);
    expect_number("the loss", got.loss, expected.loss, 1e-4);
}

static void try_evaluation(int count, int batch, bool flip) {
    try_shifted(count, batch, flip, 0);
}

START_TEST(whole_batches) {
    try_evaluation(8, 4, false);
}
END_TEST

START_TEST(partly_filled) {
    try_evaluation(9, 4, false);
}
END_TEST

START_TEST(one_image) {
    try_evaluation(1, 4, false);
}
END_TEST

START_TEST(flip) {
    try_evaluation(11, 4, true);
}
END_TEST

START_TEST(twice) {
    try_evaluation(6, 6, false);
    try_evaluation(6, 5, false);
}
END_TEST

START_TEST(negative_logits) {
    try_shifted(12, 5, false, -100);
    try_shifted(12, 5, true, -100);
}
END_TEST

START_TEST(batch_of_one) {
    try_evaluation(7, 1, true);
}
END_TEST

void exercise_tests(void) {
    add_test(whole_batches, "eight images in batches of four");
    add_test(partly_filled, "nine images in batches of four: the last batch has one real image");
    add_test(one_image, "a single image");
    add_test(flip, "flip: the mean of the logits over image and mirror image");
    add_test(twice, "the result does not depend on the batch");
    add_test(negative_logits, "all logits below 0: the largest is below 0, too");
    add_test(batch_of_one, "batches of one image, flip");
}
