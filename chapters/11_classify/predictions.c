#include "predictions.h"

#include "base/error.h"
#include "data/batch.h"
#include "pieces/classify.h"

#include <math.h>
#include <stdlib.h>

enum { BATCH = 100 };

static void check(const Classifier *classifier, const Dataset *dataset) {
    require(
        classifier->channels == dataset->channels && classifier->classes == dataset->classes,
        "%s: knows %d classes of images with %d channels, but the data set has %d classes and %d "
        "channels; name its own data with --data",
        classifier->description, classifier->classes, classifier->channels, dataset->classes,
        dataset->channels);
}

static BatchSource *new_batches(const Classifier *classifier, const Dataset *dataset) {
    bool same = classifier->height == dataset->height && classifier->width == dataset->width;
    require(
        same || classifier->height == classifier->width,
        "%s: made for images of %d x %d pixels, but the data set has %d x %d; name its own data "
        "with --data",
        classifier->description, classifier->height, classifier->width, dataset->height,
        dataset->width);
    return batch_source_new(dataset, (BatchOptions){.batch = BATCH,
                                                    .size = same ? 0 : classifier->height,
                                                    .format = CHANNELS_LAST,
                                                    .mean = classifier->mean,
                                                    .deviation = classifier->deviation});
}

Predictions predictions_new(const Classifier *classifier, const Dataset *dataset) {
    check(classifier, dataset);
    size_t count = (size_t)dataset->count, classes = (size_t)classifier->classes;
    Predictions predictions = {.labels = memory_new(count, sizeof(int)),
                               .classes = memory_new(count, sizeof(int)),
                               .probabilities = memory_new(count, sizeof(float))};
    Inference inference = inference_new(classifier, BATCH, false);
    BatchSource *batches = new_batches(classifier, dataset);
    float *images = memory_new(batch_source_floats(batches), sizeof(float));
    float *logits = memory_new(BATCH * classes, sizeof(float)), labels[BATCH];
    int real;
    while ((real = batch_source_next(batches, images, labels)) > 0) {
        inference_forward(&inference, images);
        tensor_read(inference.logits, logits);
        for (int n = 0; n < real; n++, predictions.count++) {
            RankedClass best;
            rank_classes(classifier->classes, logits + n * classes, 1, &best);
            predictions.labels[predictions.count] = (int)labels[n];
            predictions.classes[predictions.count] = best.class_number;
            predictions.probabilities[predictions.count] = best.probability;
        }
    }
    free(images);
    free(logits);
    batch_source_free(batches);
    inference_free(&inference);
    return predictions;
}

void predictions_free(Predictions *predictions) {
    free(predictions->labels);
    free(predictions->classes);
    free(predictions->probabilities);
    *predictions = (Predictions){0};
}

static bool is_right(const Predictions *predictions, int number) {
    return predictions->classes[number] == predictions->labels[number];
}

int predictions_right(const Predictions *predictions) {
    int right = 0;
    for (int i = 0; i < predictions->count; i++)
        right += is_right(predictions, i);
    return right;
}

int predictions_worst(const Predictions *predictions, int most, int *numbers) {
    int found = 0;
    for (int i = 0; i < predictions->count; i++) {
        if (is_right(predictions, i))
            continue;
        int place = found < most ? found++ : most;
        for (; place > 0 &&
               predictions->probabilities[numbers[place - 1]] < predictions->probabilities[i];
             place--)
            if (place < most)
                numbers[place] = numbers[place - 1];
        if (place < most)
            numbers[place] = i;
    }
    return found;
}

double predictions_calibration(const Predictions *predictions, Confidence groups[CONFIDENCES]) {
    static const double limits[CONFIDENCES + 1] = {0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99, 1};
    for (int g = 0; g < CONFIDENCES; g++)
        groups[g] = (Confidence){.from = limits[g], .to = limits[g + 1]};
    for (int i = 0; i < predictions->count; i++) {
        int g = CONFIDENCES - 1;
        while (g > 0 && (double)predictions->probabilities[i] < limits[g])
            g--;
        groups[g].count++;
        groups[g].right += is_right(predictions, i);
        groups[g].probability += (double)predictions->probabilities[i];
    }
    double error = 0;
    for (int g = 0; g < CONFIDENCES; g++) {
        error += fabs(groups[g].probability - groups[g].right) / predictions->count;
        groups[g].probability /= groups[g].count > 0 ? groups[g].count : 1;
    }
    return error;
}
