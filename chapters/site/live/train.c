/* The page "Train here": chapter 8's training, step by step, as trainer_run() does it with the
 * quick recipe. With the recipe's own learning rates it leaves the program's bytes. */
#include "11_classify/predictions.h"
#include "answer.h"
#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "models/resnet.h"
#include "pieces/classify.h"
#include "pieces/training.h"
#include "training/checkpoint.h"
#include "training/hardness.h"
#include "training/optimizer.h"
#include "training/recipes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_WRONG = 24, RGB = 3, WHITE = 255 };

static Dataset training, test;
static TrainerOptions options;
static CheckpointInfo info;
static ResNetModel model;
static Params *params;
static Network network, evaluation;
static BatchSource *batches;
static Optimizer *optimizer;
static Hardness hardness;               /* without losses: no image is left out */
static float *images, *labels, *logits; /* of a batch ... */
static double *losses;                  /* ... and of its images */
static int step, steps;                 /* in this epoch, and of each */
static int first_epoch;                 /* those that an opened network had before */
static int *numbers;                    /* 0, 1, 2, ... of the test images */
static Predictions predictions;         /* of the test images, so far ... */
static Evaluation sums;                 /* ... and sums over them */

/* ---- beginning ---- */

static void set_up_networks(void) {
    NetworkOptions of = {.record = resnet_record,
                         .model = &model,
                         .batch = options.batch,
                         .height = info.height,
                         .width = info.width,
                         .channels = info.channels,
                         .is_training = true,
                         .label_smoothing = options.label_smoothing,
                         .graph = {.data_format = CHANNELS_LAST, .seed = options.seed}};
    network = network_new(params, of);
    of.is_training = false;
    evaluation = network_new(params, of);
    optimizer = optimizer_new(params, options.weight_decay, options.decay_only);
    optimizer_use_muon(optimizer, options.muon, options.schedule.peak);
}

static BatchOptions batch_options(void) {
    return (BatchOptions){.batch = options.batch,
                          .format = CHANNELS_LAST,
                          .seed = options.seed,
                          .mean = info.mean,
                          .deviation = info.deviation};
}

static void set_up_batches(void) {
    BatchOptions of = batch_options();
    of.augmentation = options.augmentation;
    of.mirrors = is_mirrored;
    of.shuffle = true;
    batches = batch_source_new(&training, of);
    steps = batch_source_batches(batches, true);
    if (options.keep > 0) {
        hardness = hardness_new(training.count, training.count, options.keep, options.hard);
        steps = hardness.chosen / options.batch;
        require(steps > 0, "half of %d images are no batch of %d; use a smaller batch",
                training.count, options.batch);
    }
    losses = memory_new((size_t)options.batch, sizeof *losses);
    images = memory_new(batch_source_floats(batches), sizeof *images);
    labels = memory_new((size_t)options.batch, sizeof *labels);
    logits = memory_new((size_t)options.batch * (size_t)info.classes, sizeof *logits);

    size_t count = (size_t)test.count;
    numbers = memory_new(count, sizeof *numbers);
    for (int i = 0; i < test.count; i++)
        numbers[i] = i;
    predictions = (Predictions){.labels = memory_new(count, sizeof(int)),
                                .classes = memory_new(count, sizeof(int)),
                                .probabilities = memory_new(count, sizeof(float))};
}

/* The first images of the data that the page has put in their usual place. */
static void read_data(int limit, int limit_test) {
    training = dataset_load(NULL, true);
    test = dataset_load(NULL, false);
    dataset_limit(&training, limit);
    dataset_limit(&test, limit_test);
}

static void choose(int batch, int epochs, int seed) {
    options = recipes[RECIPE_QUICK];
    options.batch = min_int(batch, training.count);
    options.epochs = epochs;
    options.seed = (uint64_t)seed;
}

static void begin(int num_layers) {
    model = resnet_model(num_layers, training.classes, CHANNELS_LAST);
    model.batch_norm_momentum = 0.9f; /* as chapter 8 */
    snprintf(info.model, sizeof info.model, "%s", model.name);
    info.seed = options.seed;
    set_up_networks();
    set_up_batches();
    first_epoch = info.epoch;

    json_t *names = json_array();
    for (int k = 0; k < training.classes; k++)
        json_array_append_new(names, json_string(training.class_names[k]));
    answer(json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o}", "model", model.name,
                     "parameters", (int)params_trainable_count(params), "batch", options.batch,
                     "steps", steps, "epochs", options.epochs, "trained", first_epoch, "training",
                     training.count, "test", test.count, "names", names));
}

/* A new training, on the first images of both sets. Once in an instance. */
FOR_PAGE(train_start)
(int num_layers, int batch, int epochs, int seed, int limit, int limit_test) {
    read_data(limit, limit_test);
    choose(batch, epochs, seed);
    DatasetStatistics statistics = dataset_statistics(&training);
    info = (CheckpointInfo){.classes = training.classes,
                            .height = training.height,
                            .width = training.width,
                            .channels = training.channels};
    memcpy(info.mean, statistics.mean, sizeof info.mean);
    memcpy(info.deviation, statistics.standard_deviation, sizeof info.deviation);
    memcpy(info.class_names, training.class_names, (size_t)info.classes * CLASS_NAME);
    params = params_new(options.seed);
    begin(num_layers);
}

/* A training that begins with the network in the model's file: its optimiser is new. */
FOR_PAGE(train_open)(int batch, int epochs, int seed, int limit, int limit_test) {
    read_data(limit, limit_test);
    choose(batch, epochs, seed);
    info = checkpoint_read_info(MODEL_FILE);
    require(
        info.height == training.height && info.width == training.width &&
            info.channels == training.channels && info.classes == training.classes,
        "%s: is of a network for %d classes of %d x %d x %d pixels, not for Fashion-MNIST; open "
        "one that was trained on it",
        MODEL_FILE, info.classes, info.height, info.width, info.channels);
    Classifier *classifier = classifier_from_checkpoint(MODEL_FILE);
    params = classifier->params;
    begin(((const ResNetModel *)classifier->model)->num_layers);
}

/* ---- training ---- */

static int right_answers(void) {
    int right = 0;
    tensor_read(network.logits, logits);
    for (int n = 0; n < options.batch; n++) {
        RankedClass best;
        rank_classes(info.classes, logits + n * info.classes, 1, &best);
        right += best.class_number == (int)labels[n];
    }
    return right;
}

static float scheduled_rate(void) {
    int done = (info.epoch - first_epoch) * steps + step, total = options.epochs * steps;
    return learning_rate_at(&options.schedule, min_int(done, total - 1), total);
}

static void start_epoch(void) {
    batch_source_start(batches, info.epoch + 1);
    if (hardness.losses)
        hardness_choose(&hardness, batches, false);
}

/* One step, with the schedule's learning rate if rate is negative. */
FOR_PAGE(train_one_step)(float rate) {
    if (step == 0)
        start_epoch();
    SgdOptions sgd = {.learning_rate = rate < 0 ? scheduled_rate() : rate,
                      .momentum = options.momentum,
                      .nesterov = options.nesterov};
    batch_source_next(batches, images, labels);
    float loss = train_step(&network, optimizer, sgd, images, labels);
    require(isfinite(loss),
            "the training loss is %g: the training has diverged; start again with a smaller "
            "learning rate",
            (double)loss);
    double accuracy = (double)right_answers() / options.batch;
    if (hardness.losses) {
        hardness_measure(options.batch, info.classes, logits, labels, losses);
        hardness_see(&hardness, batches, losses);
    }
    if (++step == steps) {
        step = 0;
        info.epoch++;
    }
    answer(json_pack("{s:f, s:f, s:f, s:i, s:i}", "loss", (double)loss, "accuracy", accuracy,
                     "rate", (double)sgd.learning_rate, "step",
                     (info.epoch - first_epoch) * steps + step, "epoch", info.epoch - first_epoch));
}

/* ---- looking ---- */

/* The evaluation network holds the logits of the batch that evaluate() has just run. */
static void keep_predictions(int first, int count) {
    tensor_read(evaluation.logits, logits);
    for (int n = 0; n < count; n++) {
        RankedClass best;
        rank_classes(info.classes, logits + n * info.classes, 1, &best);
        predictions.labels[first + n] = test.labels[first + n];
        predictions.classes[first + n] = best.class_number;
        predictions.probabilities[first + n] = best.probability;
    }
    predictions.count = first + count;
}

/* Tests on the next batch of the test images; from = 0 begins. Loss and accuracy are those of the
 * images so far. */
FOR_PAGE(train_test)(int from) {
    BatchOptions of = batch_options();
    of.numbers = numbers + from;
    of.count = min_int(options.batch, test.count - from);
    BatchSource *source = batch_source_new(&test, of);
    Evaluation found = evaluate(&evaluation, source, 1);
    batch_source_free(source);
    require(isfinite(found.loss),
            "the test loss is %g: the training has diverged; start again with a smaller learning "
            "rate",
            found.loss);
    if (from == 0)
        sums = (Evaluation){0};
    sums.loss += found.loss * of.count;
    sums.accuracy += found.accuracy * of.count;
    keep_predictions(from, of.count);
    int count = predictions.count;
    answer(json_pack("{s:i, s:b, s:f, s:f}", "count", count, "done", count == test.count, "loss",
                     sums.loss / count, "accuracy", sums.accuracy / count));
}

/* The test images whose wrong guess was surest, one below the other in /wrong.png. */
FOR_PAGE(train_wrong)(void) {
    int found[MOST_WRONG], count = predictions_worst(&predictions, MOST_WRONG, found);
    size_t bytes = (size_t)test.height * test.width * test.channels;
    Image strip = image_new(max_int(1, count) * test.height, test.width, test.channels);
    json_t *list = json_array();
    for (int i = 0; i < count; i++) {
        memcpy(strip.pixels + i * bytes, test.images + found[i] * bytes, bytes);
        json_array_append_new(list, json_pack("{s:i, s:i, s:i, s:f}", "number", found[i], "label",
                                              predictions.labels[found[i]], "guess",
                                              predictions.classes[found[i]], "probability",
                                              (double)predictions.probabilities[found[i]]));
    }
    image_write_png("/wrong.png", &strip);
    image_free(&strip);
    answer(json_pack("{s:i, s:o}", "wrong", predictions.count - predictions_right(&predictions),
                     "images", list));
}

static unsigned char level(float value) {
    return (unsigned char)lrintf(WHITE * fminf(1, value));
}

/* The first convolution's filters, one below the other in /filters.png: red for positive weights,
 * white for 0, blue for negative ones; each filter's largest weight has the full colour. */
FOR_PAGE(train_filters)(void) {
    const Parameter *kernel = params_find(params, "conv_initial/kernel");
    int side = kernel->shape.size[0], filters = kernel->shape.size[3];
    int weights = side * side, stride = kernel->shape.size[2] * filters;
    const float *values = parameter_values(kernel); /* (R, S, C, K), shown: channel 0 */
    Image strip = image_new(filters * side, side, RGB);
    unsigned char *pixel = strip.pixels;
    for (int k = 0; k < filters; k++) {
        float most = 0;
        for (int i = 0; i < weights; i++)
            most = fmaxf(most, fabsf(values[i * stride + k]));
        for (int i = 0; i < weights; i++, pixel += RGB) {
            float value = most > 0 ? values[i * stride + k] / most : 0;
            pixel[0] = level(1 + value);
            pixel[1] = level(1 - fabsf(value));
            pixel[2] = level(1 - value);
        }
    }
    image_write_png("/filters.png", &strip);
    image_free(&strip);
    answer(json_pack("{s:i, s:i}", "filters", filters, "side", side));
}

/* Leaves the network in the model's file. */
FOR_PAGE(train_save)(void) {
    checkpoint_write(MODEL_FILE, params, &info);
    answer(json_pack("{s:i}", "epoch", info.epoch));
}
