#include "overfitting.h"

#include <stdio.h>

#include "base/integers.h"
#include "dense_network.h"
#include "show/chart.h"
#include "show/table.h"

enum { IMAGES = 100, BATCH = 10, EPOCHS = 200, TEST_IMAGES = 1000 };

static const float LEARNING_RATE = 0.05f;

typedef struct Course {
    float weight_decay;
    double training_loss[EPOCHS], test_loss[EPOCHS];
    double training_accuracy, test_accuracy; /* at the end */
} Course;

static void run(Course *course, const Dataset *training, const Dataset *test, uint64_t seed) {
    int batch = min_int(BATCH, training->count);
    DenseNetwork network = dense_network_new(training, batch);
    BatchSource *source = dense_network_batches(training, batch, seed);
    BatchSource *training_images = dense_network_batches(training, EVALUATION_BATCH, 0);
    BatchSource *test_images = dense_network_batches(test, EVALUATION_BATCH, 0);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        dense_network_epoch(&network, source, epoch, LEARNING_RATE, course->weight_decay);
        Evaluation on_training = evaluate(&network.evaluation, training_images, 1);
        Evaluation on_test = evaluate(&network.evaluation, test_images, 1);
        course->training_loss[epoch] = on_training.loss;
        course->test_loss[epoch] = on_test.loss;
        course->training_accuracy = on_training.accuracy;
        course->test_accuracy = on_test.accuracy;
    }
    batch_source_free(source);
    batch_source_free(training_images);
    batch_source_free(test_images);
    dense_network_free(&network);
}

static void print_courses(const Course courses[2]) {
    static const int epochs[] = {1, 10, 30, 100, 200};
    Table *table = table_new("epochs | training loss | test loss | with decay: training loss | "
                             "test loss");
    for (size_t i = 0; i < sizeof epochs / sizeof epochs[0]; i++) {
        int at = epochs[i] - 1;
        table_row(table, "%d | %.3f | %.3f | %.3f | %.3f", epochs[i], courses[0].training_loss[at],
                  courses[0].test_loss[at], courses[1].training_loss[at], courses[1].test_loss[at]);
    }
    table_print(table);
    for (int i = 0; i < 2; i++)
        printf("weight decay %.2f: accuracy %.0f %% in training, %.1f %% in the test\n",
               (double)courses[i].weight_decay, 100 * courses[i].training_accuracy,
               100 * courses[i].test_accuracy);
}

void show_overfitting(const Dataset *training, const Dataset *test, const ShowOptions *options) {
    Dataset few = *training, some = *test; /* the same bytes, fewer of them */
    dataset_limit(&few, IMAGES);
    dataset_limit(&some, TEST_IMAGES);
    static Course courses[2] = {{.weight_decay = 0}, {.weight_decay = 0.03f}};
    for (int i = 0; i < 2; i++)
        run(&courses[i], &few, &some, options->seed);
    printf("\nThe same network, trained on %d images only:\n", few.count);
    print_courses(courses);
    const ChartLine lines[] = {
        {"training", courses[0].training_loss, EPOCHS, 0, true},
        {"test", courses[0].test_loss, EPOCHS, 0, false},
        {"training, with weight decay", courses[1].training_loss, EPOCHS, 1, true},
        {"test, with weight decay", courses[1].test_loss, EPOCHS, 1, false}};
    chart_draw(&(Chart){lines, 4, "Learning 100 images by heart", "epoch", "loss", false},
               options->out, "00_overfitting.png");
}
