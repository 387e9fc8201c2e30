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

/* The image's pixel, normalised as the batches are; black outside. */
static double pixel(const Dataset *dataset, int n, int row, int column) {
    bool inside = row >= 0 && row < LINEAR_HEIGHT && column >= 0 && column < LINEAR_WIDTH;
    int byte = inside ? dataset->images[n * LINEAR_PIXELS + row * LINEAR_WIDTH + column] : 0;
    return (byte / 255.0 - 0.25) / 0.5;
}

/* What the view shows there. */
static double seen(const Dataset *dataset, int n, int view, int row, int column) {
    if (view % 2 == 1) {
        view--;
        column = LINEAR_WIDTH - 1 - column;
    }
    switch (view) {
    case 2: /* moved to the left: what was to the right */
        return pixel(dataset, n, row, column + 1);
    case 4:
        return pixel(dataset, n, row, column - 1);
    case 6: /* moved up: what was below */
        return pixel(dataset, n, row + 1, column);
    case 8:
        return pixel(dataset, n, row - 1, column);
    default:
        return pixel(dataset, n, row, column);
    }
}

static Evaluation reference(const Params *params, const Dataset *dataset, int views) {
    double loss = 0, right = 0, unused[LINEAR_CLASSES];
    for (int n = 0; n < dataset->count; n++) {
        double logits[LINEAR_CLASSES] = {0};
        for (int view = 0; view < views; view++) {
            double image[LINEAR_PIXELS];
            for (int i = 0; i < LINEAR_PIXELS; i++)
                image[i] = seen(dataset, n, view, i / LINEAR_WIDTH, i % LINEAR_WIDTH);
            const double *of_view = linear_logits(params, 1, image);
            for (int k = 0; k < LINEAR_CLASSES; k++)
                logits[k] += of_view[k] / views;
        }
        int label = dataset->labels[n];
        loss += reference_softmax(1, LINEAR_CLASSES, 0, logits, &label, unused);
        right += largest(logits) == label;
    }
    return (Evaluation){loss / dataset->count, right / dataset->count};
}

/* Adds `shift` to every logit, which changes no probability. */
static void try_shifted(int count, int batch, int views, float shift) {
    static const float mean[] = {0.25f}, deviation[] = {0.5f};
    Params *params = params_new(1);
    Network network = linear_network(params, batch, false);
    for (int k = 0; k < LINEAR_CLASSES; k++)
        parameter_values(params_find(params, "logits/bias"))[k] += shift;
    Dataset dataset = some_images(count);
    BatchSource *source = batch_source_new(
        &dataset, (BatchOptions){.batch = batch, .mean = mean, .deviation = deviation});
    Evaluation got = evaluate(&network, source, views);
    Evaluation expected = reference(params, &dataset, views);
    record_output("loss", axes_line('i', 1), (float[]){(float)got.loss});
    record_output("accuracy", axes_line('i', 1), (float[]){(float)got.accuracy});
    expect_number("the accuracy", got.accuracy, expected.accuracy, 1e-6);
    expect_number("the loss", got.loss, expected.loss, 1e-4);
}

static void try_evaluation(int count, int batch, int views) {
    try_shifted(count, batch, views, 0);
}

START_TEST(whole_batches) {
    try_evaluation(8, 4, 1);
}
END_TEST

START_TEST(partly_filled) {
    try_evaluation(9, 4, 1);
}
END_TEST

START_TEST(one_image) {
    try_evaluation(1, 4, 1);
}
END_TEST

START_TEST(two_views) {
    try_evaluation(11, 4, 2);
}
END_TEST

START_TEST(three_views) {
    try_evaluation(11, 4, 3);
}
END_TEST

START_TEST(ten_views) {
    try_evaluation(11, 4, BATCH_MAX_VIEWS);
}
END_TEST

START_TEST(twice) {
    try_evaluation(6, 6, 1);
    try_evaluation(6, 5, 1);
}
END_TEST

START_TEST(negative_logits) {
    try_shifted(12, 5, 1, -100);
    try_shifted(12, 5, 2, -100);
}
END_TEST

START_TEST(batch_of_one) {
    try_evaluation(7, 1, 2);
}
END_TEST

void exercise_tests(void) {
    add_test(whole_batches, "eight images in batches of four");
    add_test(partly_filled, "nine images in batches of four: the last batch has one real image");
    add_test(one_image, "a single image");
    add_test(two_views, "two views: the mean of the logits over image and mirror image");
    add_test(three_views, "three views: these two, and the image shifted to the left");
    add_test(ten_views, "ten views: all there are");
    add_test(twice, "the result does not depend on the batch");
    add_test(negative_logits, "all logits below 0: the largest is below 0, too");
    add_test(batch_of_one, "batches of one image, two views");
}
