/* Tests of what classifies photos: checkpoints, the class activation map's and the gradient's
 * meaning, lists of labels, and the reckoning over a test set. */
#include "cases.h"

#include <math.h>
#include <string.h>

#include "11_classify/predictions.h"
#include "arrays.h"
#include "base/random.h"
#include "data/class_names.h"
#include "expect_error.h"
#include "models/resnet.h"
#include "pieces/classify.h"
#include "temporary.h"
#include "training/checkpoint.h"

Suite *classify_suite(void);

enum { SIDE = 12, PIXELS = SIDE * SIDE, CLASSES = 6 };

static const CheckpointInfo info = {.model = "resnet20",
                                    .classes = CLASSES,
                                    .height = SIDE,
                                    .width = SIDE,
                                    .channels = 1,
                                    .mean = {0.3F},
                                    .deviation = {0.4F},
                                    .class_names = {"one", "two", "three", "four", "five", "six"},
                                    .epoch = 4,
                                    .seed = 1};

static const ResNetModel *resnet20(void) {
    static ResNetModel model;
    model = resnet_model(20, CLASSES, CHANNELS_LAST);
    return &model;
}

/* A ResNet-20 with random parameters, moving averages too; records its inference and reads the
 * logits of one image. */
static Params *random_network(const float *image, float logits[CLASSES]) {
    Params *params = params_new(11);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = graph_input(graph, "images", shape4(1, SIDE, SIDE, 1));
    Tensor *outputs = model_layers(resnet20(), images, false);
    graph_compile(graph, outputs, false);
    Random random = random_stream(12, 0);
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i);
        if (parameter->role == PARAMETER_KERNEL)
            continue;
        bool is_positive =
            parameter->role == PARAMETER_GAMMA || parameter->role == PARAMETER_MOVING_VARIANCE;
        for (size_t v = 0; v < parameter->count; v++)
            parameter_values(parameter)[v] =
                is_positive ? 0.8F + 0.4F * random_uniform(&random) : 0.1F * random_normal(&random);
    }
    tensor_write(images, image);
    graph_forward(graph);
    tensor_read(outputs, logits);
    graph_free(graph);
    return params;
}

/* A photo of the network's size, dark border, and what the network gets of it. */
static Image random_photo(float inputs[PIXELS]) {
    static unsigned char pixels[PIXELS];
    Random random = random_stream(13, 0);
    for (int i = 0; i < PIXELS; i++) {
        int y = i / SIDE, x = i % SIDE;
        bool is_border = y == 0 || x == 0 || y == SIDE - 1 || x == SIDE - 1;
        pixels[i] = (unsigned char)(is_border ? 0 : random_below(&random, 256));
        inputs[i] = ((float)pixels[i] / 255 - info.mean[0]) / info.deviation[0];
    }
    return (Image){SIDE, SIDE, 1, pixels};
}

static const char *write_checkpoint(const CheckpointInfo *described, float logits[CLASSES],
                                    Image *photo, float inputs[PIXELS]) {
    const char *path = temporary_path("model.safetensors");
    *photo = random_photo(inputs);
    Params *params = random_network(inputs, logits);
    checkpoint_write(path, params, described);
    params_free(params);
    return path;
}

START_TEST(classifier_is_its_checkpoint) {
    float expected[CLASSES], logits[CLASSES], inputs[PIXELS];
    Image image;
    const char *path = write_checkpoint(&info, expected, &image, inputs);
    Classifier *classifier = classifier_from_checkpoint(path);
    ck_assert_str_eq(classifier->description, "resnet20 after 4 epochs");
    ck_assert_str_eq(classifier->class_names[5], "six");
    Inference inference = inference_new(classifier, 1, false);
    Photo photo = inference_run(&inference, &image);
    tensor_read(inference.logits, logits);
    for (int k = 0; k < CLASSES; k++)
        ck_assert_double_eq_tol((double)logits[k], (double)expected[k], 1e-5);
    image_free(&photo.image);
    inference_free(&inference);
    classifier_free(classifier);
}
END_TEST

/* The map's mean and the bias make the logit: of each class of a whole network. */
START_TEST(classifier_features_explain_the_logits) {
    float expected[CLASSES], inputs[PIXELS];
    Image image;
    Classifier *classifier =
        classifier_from_checkpoint(write_checkpoint(&info, expected, &image, inputs));
    Inference inference = inference_new(classifier, 1, false);
    Photo photo = inference_run(&inference, &image);
    ck_assert_ptr_nonnull(inference.features);
    ImageSize size = tensor_image_size(inference.features);
    ck_assert_int_eq(size.height, SIDE / 4);
    ck_assert_int_eq(size.channels, 64);
    float features[SIDE / 4 * SIDE / 4 * 64], map[SIDE / 4 * SIDE / 4];
    int fields = size.height * size.width;
    tensor_read(inference.features, features);
    for (int k = 0; k < CLASSES; k++) {
        class_activation_map(size.height, size.width, size.channels, CLASSES, features,
                             parameter_values(inference.kernel), k, map);
        double mean = 0;
        for (int i = 0; i < fields; i++)
            mean += (double)map[i] / fields;
        double logit = mean + (double)parameter_values(inference.bias)[k];
        ck_assert_double_eq_tol(logit, (double)expected[k], 1e-4);
    }
    image_free(&photo.image);
    inference_free(&inference);
    classifier_free(classifier);
}
END_TEST

/* A small step along the gradient raises the logit by the step times the gradient's square. */
START_TEST(inference_gradient_is_the_slope) {
    float unused[CLASSES], logits[2][CLASSES], inputs[PIXELS], gradient[PIXELS];
    Image image;
    Classifier *classifier =
        classifier_from_checkpoint(write_checkpoint(&info, unused, &image, inputs));
    Inference inference = inference_new(classifier, 1, true);
    for (int k = 0; k < CLASSES; k += 2) {
        float upstream[CLASSES] = {0}, moved[PIXELS];
        upstream[k] = 1;
        tensor_write(inference.images, inputs);
        graph_forward(inference.graph);
        graph_backward(inference.graph, upstream);
        tensor_read_gradient(inference.images, gradient);
        double square = 0, step;
        for (int i = 0; i < PIXELS; i++)
            square += (double)gradient[i] * (double)gradient[i];
        ck_assert_double_gt(square, 0);
        step = 2e-3 / sqrt(square);
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < PIXELS; i++)
                moved[i] = inputs[i] + (float)(side ? step : -step) * gradient[i];
            tensor_write(inference.images, moved);
            graph_forward(inference.graph);
            tensor_read(inference.logits, logits[side]);
        }
        double slope = ((double)logits[1][k] - (double)logits[0][k]) / (2 * step);
        ck_assert_double_eq_tol(slope, square, 0.03 * square);
    }
    inference_free(&inference);
    classifier_free(classifier);
}
END_TEST

static void open_checkpoint(const void *path) {
    classifier_from_checkpoint(path);
}

START_TEST(classifier_errors) {
    float logits[CLASSES], inputs[PIXELS];
    Image image;
    CheckpointInfo other = info;
    strcpy(other.model, "resnet20_v1");
    const char *path = write_checkpoint(&other, logits, &image, inputs);
    expect_error(open_checkpoint, path, path, "a model resnet20_v1", "name a checkpoint", NULL);
    strcpy(other.model, "resnet32");
    path = write_checkpoint(&other, logits, &image, inputs);
    expect_error(open_checkpoint, path, path, "which the model has", NULL);
}
END_TEST

/* ---- labels ---- */

static void read_three(const void *path) {
    Arena *arena = arena_new();
    class_names_load(arena, path, 3);
}

START_TEST(labels_are_lines) {
    Arena *arena = arena_new();
    const char *text = "tench, Tinca tinca\r\ngoldfish|2\nlast";
    const char *const *labels = class_names_load(arena, temporary_file("l", text, strlen(text)), 3);
    ck_assert_str_eq(labels[0], "tench, Tinca tinca");
    ck_assert_str_eq(labels[1], "goldfish|2");
    ck_assert_str_eq(labels[2], "last");
    arena_free(arena);
    const char *missing = temporary_path("missing");
    expect_error(read_three, missing, missing, "No such file", "name a", NULL);
    const char *two = temporary_file("two", "a\nb\n", 4);
    expect_error(read_three, two, two, "has 2 lines", "knows 3 classes", NULL);
    const char *four = temporary_file("four", "a\nb\nc\nd\n", 8);
    expect_error(read_three, four, four, "has 4 lines", "knows 3 classes", NULL);
    const char *hole = temporary_file("hole", "a\n\nc\n", 5);
    expect_error(read_three, hole, hole, "line 2 is empty", NULL);
    const char *empty = temporary_file("none", "", 0);
    expect_error(read_three, empty, empty, "has 0 lines", NULL);
}
END_TEST

/* ---- the reckoning ---- */

static const Predictions eight = {
    .count = 8,
    .labels = (int[]){0, 1, 2, 0, 1, 2, 0, 1},
    .classes = (int[]){0, 2, 2, 1, 0, 2, 2, 1},
    .probabilities = (float[]){0.995F, 0.75F, 0.5F, 0.95F, 0.95F, 0.45F, 0.999F, 0.92F}};

START_TEST(predictions_worst_are_the_surest) {
    int numbers[8];
    ck_assert_int_eq(predictions_right(&eight), 4);
    ck_assert_int_eq(predictions_worst(&eight, 8, numbers), 4);
    ck_assert_mem_eq(numbers, ((int[]){6, 3, 4, 1}), 4 * sizeof(int));
    ck_assert_int_eq(predictions_worst(&eight, 2, numbers), 2);
    ck_assert_mem_eq(numbers, ((int[]){6, 3}), 2 * sizeof(int));
    ck_assert_int_eq(predictions_worst(&eight, 1, numbers), 1);
    ck_assert_int_eq(numbers[0], 6);
}
END_TEST

START_TEST(predictions_calibration_by_hand) {
    Confidence groups[CONFIDENCES];
    double error = predictions_calibration(&eight, groups);
    const int counts[] = {1, 1, 0, 1, 0, 3, 2}, right[] = {1, 1, 0, 0, 0, 1, 1};
    for (int g = 0; g < CONFIDENCES; g++) {
        ck_assert_int_eq(groups[g].count, counts[g]);
        ck_assert_int_eq(groups[g].right, right[g]);
    }
    ck_assert_double_eq_tol(groups[5].probability, 0.94, 1e-6);
    ck_assert_double_eq_tol(groups[6].probability, 0.997, 1e-6);
    /* |0.45 - 1| + |0.5 - 1| + |0.75 - 0| + |2.82 - 1| + |1.994 - 1|, over 8 */
    ck_assert_double_eq_tol(error, 4.614 / 8, 1e-6);
}
END_TEST

/* Of every image, also of the last batch, which is partly filled: what its own photo gives. */
START_TEST(predictions_are_the_photos) {
    enum { COUNT = 103 };
    float unused[CLASSES], inputs[PIXELS];
    Image image;
    Classifier *classifier =
        classifier_from_checkpoint(write_checkpoint(&info, unused, &image, inputs));
    Dataset dataset = {.count = COUNT,
                       .height = SIDE,
                       .width = SIDE,
                       .channels = 1,
                       .classes = CLASSES,
                       .images = memory_new(COUNT, PIXELS),
                       .labels = memory_new(COUNT, 1)};
    Random random = random_stream(14, 0);
    for (int i = 0; i < COUNT * PIXELS; i++)
        dataset.images[i] = (unsigned char)random_below(&random, 120); /* nothing to invert */
    for (int i = 0; i < COUNT; i++)
        dataset.labels[i] = (unsigned char)(i % CLASSES);
    Predictions predictions = predictions_new(classifier, &dataset);
    ck_assert_int_eq(predictions.count, COUNT);
    Inference inference = inference_new(classifier, 1, false);
    for (int i = 0; i < COUNT; i += 17) {
        image.pixels = dataset.images + (size_t)(i * PIXELS);
        Photo photo = inference_run(&inference, &image);
        float logits[CLASSES];
        RankedClass best;
        tensor_read(inference.logits, logits);
        rank_classes(CLASSES, logits, 1, &best);
        ck_assert_int_eq(predictions.labels[i], i % CLASSES);
        ck_assert_int_eq(predictions.classes[i], best.class_number);
        ck_assert_double_eq_tol((double)predictions.probabilities[i], (double)best.probability,
                                1e-5);
        image_free(&photo.image);
    }
    inference_free(&inference);
    predictions_free(&predictions);
    dataset_free(&dataset);
    classifier_free(classifier);
}
END_TEST

Suite *classify_suite(void) {
    Suite *suite = suite_create("classify");
    suite_add_tcase(suite, photo_tests());
    suite_add_tcase(suite, pretrained_tests());
    suite_add_tcase(suite, comparison_tests());
    TCase *tests = tcase_create("classifier");
    temporary_add(tests);
    tcase_add_test(tests, classifier_is_its_checkpoint);
    tcase_add_test(tests, classifier_features_explain_the_logits);
    tcase_add_test(tests, inference_gradient_is_the_slope);
    tcase_add_test(tests, classifier_errors);
    tcase_add_test(tests, labels_are_lines);
    tcase_add_test(tests, predictions_worst_are_the_surest);
    tcase_add_test(tests, predictions_calibration_by_hand);
    tcase_add_test(tests, predictions_are_the_photos);
    suite_add_tcase(suite, tests);
    return suite;
}
