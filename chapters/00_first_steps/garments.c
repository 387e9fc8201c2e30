#include "garments.h"

#include <math.h>
#include <stdio.h>

#include "base/integers.h"
#include "dense_network.h"
#include "overfitting.h"
#include "prediction.h"
#include "show/histogram.h"
#include "show/sample.h"
#include "show/sheet.h"
#include "show/table.h"

enum { MOST_CLASSES = 10, IN_A_ROW = 5, IMAGES = 10000 };

enum { BATCH = 100, EPOCHS = 10 };

static const float LEARNING_RATE = 0.1f;

/* ---- what there is to learn ---- */

static int first_of(const Dataset *dataset, int label) {
    int number = 0;
    while (number < dataset->count - 1 && dataset->labels[number] != label)
        number++;
    return number;
}

static void draw_classes(const Dataset *dataset, const char *out) {
    Sheet *sheet = sheet_new("A garment of each class");
    for (int label = 0; label < min_int(dataset->classes, MOST_CLASSES); label++) {
        if (label == IN_A_ROW)
            sheet_next_row(sheet);
        Sample garment = sample_batch(dataset, first_of(dataset, label), 1);
        sheet_add(sheet,
                  (SheetPicture){.values = garment.values,
                                 .height = garment.height,
                                 .width = garment.width,
                                 .channels = garment.channels},
                  "%d: %s", label, dataset->class_names[label]);
        sample_free(&garment);
    }
    sheet_write(sheet, out, "00_garments.png");
}

/* ---- learning it ---- */

static void train(DenseNetwork *network, const Dataset *training, const Dataset *test,
                  uint64_t seed) {
    int batch = network->training.batch;
    BatchSource *source = dense_network_batches(training, batch, seed);
    BatchSource *training_images = dense_network_batches(training, EVALUATION_BATCH, 0);
    BatchSource *test_images = dense_network_batches(test, EVALUATION_BATCH, 0);
    Table *table =
        table_new("epochs | training loss | training accuracy | test loss | test accuracy");
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
        if (epoch > 0)
            dense_network_epoch(network, source, epoch, LEARNING_RATE, 0);
        Evaluation on_training = evaluate(&network->evaluation, training_images, 1);
        Evaluation on_test = evaluate(&network->evaluation, test_images, 1);
        table_row(table, "%d | %.3f | %.1f %% | %.3f | %.1f %%", epoch, on_training.loss,
                  100 * on_training.accuracy, on_test.loss, 100 * on_test.accuracy);
    }
    printf("\nA network of %zu numbers, %d images in batches of %d, learning rate %g:\n",
           params_trainable_count(network->params), training->count, batch, (double)LEARNING_RATE);
    table_print(table);
    batch_source_free(source);
    batch_source_free(training_images);
    batch_source_free(test_images);
}

static void draw_weights(const DenseNetwork *network, const Dataset *dataset, const char *out) {
    const float *weights = dense_network_weights(network);
    size_t count = (size_t)dataset->height * dataset->width * dataset->channels * dataset->classes;
    Moments moments = moments_of(weights, count, 1);
    Sheet *sheet = sheet_new("The weights of each class");
    for (int label = 0; label < min_int(dataset->classes, MOST_CLASSES); label++) {
        if (label == IN_A_ROW)
            sheet_next_row(sheet);
        sheet_add(sheet,
                  (SheetPicture){.values = weights,
                                 .height = dataset->height,
                                 .width = dataset->width,
                                 .channels = dataset->channels * dataset->classes,
                                 .channel = label,
                                 .colours = SHEET_SIGNED,
                                 .full = (float)fmax(-moments.least, moments.most) / 2},
                  "%d: %s", label, dataset->class_names[label]);
    }
    sheet_write(sheet, out, "00_weights.png");
}

void show_garments(const ShowOptions *options) {
    Dataset training = dataset_load(options->data, true);
    Dataset test = dataset_load(options->data, false);
    dataset_require_one_size(&training, &test);
    dataset_limit(&training, IMAGES);
    draw_classes(&training, options->out);
    DenseNetwork network = dense_network_new(&training, min_int(BATCH, training.count));
    train(&network, &training, &test, options->seed);
    draw_weights(&network, &training, options->out);
    prediction_draw(&network, &test, options->out);
    dense_network_free(&network);
    show_overfitting(&training, &test, options);
    dataset_free(&training);
    dataset_free(&test);
}
