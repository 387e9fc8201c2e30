#include "review.h"

#include <stdio.h>
#include <stdlib.h>

#include "confusion.h"
#include "explanation.h"
#include "pieces/classify.h"
#include "predictions.h"
#include "show/table.h"

enum { COLUMNS = 5, WORST = 15, MAPPED_CLASSES = 10, CAPTION = 2 * CLASS_NAME, TITLE = 200 };

typedef struct Review {
    const Classifier *classifier;
    const Dataset *dataset;
    const char *directory;
    Predictions predictions;
} Review;

static void print_accuracy(const Review *review) {
    int right = predictions_right(&review->predictions), count = review->predictions.count;
    printf("test accuracy %.2f %%: %d of %d images are right\n\n", 100.0 * right / count, right,
           count);
}

static void show_confusion(const Review *review) {
    const Classifier *classifier = review->classifier;
    const Predictions *predictions = &review->predictions;
    size_t classes = (size_t)classifier->classes;
    int *counts = memory_new(classes * classes, sizeof(int));
    confusion_matrix(predictions->count, classifier->classes, predictions->labels,
                     predictions->classes, counts);
    Confusion confusion = {classifier->classes, classifier->class_names, counts};
    char title[TITLE];
    snprintf(title, sizeof title, "%s: %d test images", classifier->description,
             predictions->count);
    printf("Rows are labels, columns what the network says:\n");
    confusion_print(&confusion);
    confusion_draw(&confusion, title, review->directory, "11_confusion.png");
    free(counts);
}

static void show_calibration(const Review *review) {
    Confidence groups[CONFIDENCES];
    double error = predictions_calibration(&review->predictions, groups);
    Table *table = table_new("the network says | images | mean probability | right");
    for (int g = 0; g < CONFIDENCES; g++)
        if (groups[g].count > 0)
            table_row(table, "%g %% to %g %% | %d | %.1f %% | %.1f %%", 100 * groups[g].from,
                      100 * groups[g].to, groups[g].count, 100 * groups[g].probability,
                      100.0 * groups[g].right / groups[g].count);
    printf("\nHow far the probabilities can be trusted:\n");
    table_print(table);
    printf("expected calibration error: %.3f\n", error);
}

static void show_worst(const Review *review) {
    const char *const *names = review->classifier->class_names;
    const Predictions *predictions = &review->predictions;
    int numbers[WORST], count = predictions_worst(predictions, WORST, numbers);
    Sheet *sheet = sheet_new("Most confidently wrong");
    for (int i = 0; i < count; i++) {
        Image image = dataset_image(review->dataset, numbers[i]);
        char caption[3 * CAPTION];
        snprintf(caption, sizeof caption, "label %s\n%.1f %% %s\ntest image %d",
                 names[predictions->labels[numbers[i]]],
                 100 * (double)predictions->probabilities[numbers[i]],
                 names[predictions->classes[numbers[i]]], numbers[i]);
        explanation_add_seen(sheet, &image, caption);
        if (i % COLUMNS == COLUMNS - 1 && i + 1 < count)
            sheet_next_row(sheet);
    }
    sheet_write(sheet, review->directory, "11_wrong.png");
}

/* The number of the class's first image that the network gets right, or -1. */
static int find_right(const Predictions *predictions, int class_number) {
    for (int i = 0; i < predictions->count; i++)
        if (predictions->labels[i] == class_number && predictions->classes[i] == class_number)
            return i;
    return -1;
}

static void show_maps(const Review *review) {
    const Classifier *classifier = review->classifier;
    size_t floats = (size_t)classifier->height * classifier->width * classifier->channels;
    float *inputs = memory_new(floats, sizeof(float));
    Inference inference = inference_new(classifier, 1, false);
    Sheet *sheet = sheet_new("Where the reasons lie: class activation maps");
    int shown = 0;
    for (int k = 0; k < classifier->classes && shown < MAPPED_CLASSES; k++) {
        int number = find_right(&review->predictions, k);
        if (number < 0)
            continue;
        Image image = dataset_image(review->dataset, number);
        image_to_inputs(image.height, image.width, image.channels, image.pixels, classifier->mean,
                        classifier->deviation, inputs);
        tensor_write(inference.images, inputs);
        graph_forward(inference.graph);
        if (shown > 0 && shown % COLUMNS == 0)
            sheet_next_row(sheet);
        explanation_add_map(sheet, &inference, &image, k, classifier->class_names[k]);
        shown++;
    }
    sheet_write(sheet, review->directory, "11_maps.png");
    inference_free(&inference);
    free(inputs);
}

void review_test_set(const Classifier *classifier, const Dataset *dataset, const char *directory) {
    Review review = {classifier, dataset, directory, predictions_new(classifier, dataset)};
    print_accuracy(&review);
    show_confusion(&review);
    show_calibration(&review);
    show_worst(&review);
    bool same_size = dataset->height == classifier->height && dataset->width == classifier->width;
    if (same_size)
        show_maps(&review);
    predictions_free(&review.predictions);
}
