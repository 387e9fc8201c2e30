#include "batch_noise.h"

#include "base/integers.h"
#include "base/memory.h"
#include "base/random.h"
#include "show/histogram.h"
#include "show/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POOL = 2048, COMPANIES = 5, SCALE_BATCH = 100 };
static const float FACTOR = 100;

static const Variant with_batch_norm = {.regularizer = 0, .batch_norm = true};

/* The trained network, for batches of this size. */
typedef struct Laboratory {
    const Dataset *dataset;
    CheckpointInfo info;
    Params *params;
    Network network;
    float *images, *labels; /* of a batch */
} Laboratory;

static Laboratory laboratory_new(const Experiment *experiment, uint64_t seed, int batch,
                                 bool is_training) {
    Laboratory lab = {.dataset = experiment->test,
                      .info = experiment_info(experiment, with_batch_norm, seed),
                      .params = params_new(seed)};
    lab.network =
        experiment_network(experiment, with_batch_norm, seed, batch, is_training, lab.params);
    lab.images = memory_new((size_t)batch * lab.info.height * lab.info.width * lab.info.channels,
                            sizeof(float));
    lab.labels = memory_new((size_t)batch, sizeof(float));
    return lab;
}

static void laboratory_free(Laboratory *lab) {
    network_free(&lab->network);
    params_free(lab->params);
    free(lab->images);
    free(lab->labels);
}

/* The logits (batch, classes) of each whole batch of the images with these numbers, one after the
 * other. */
static void run(Laboratory *lab, const int *numbers, int count, float *logits) {
    int batch = lab->network.batch;
    BatchOptions options = experiment_batches(&lab->info, batch);
    options.numbers = numbers;
    options.count = count;
    BatchSource *source = batch_source_new(lab->dataset, options);
    for (int i = 0; i < count / batch; i++) {
        batch_source_next(source, lab->images, lab->labels);
        tensor_write(lab->network.images, lab->images);
        tensor_write(lab->network.labels, lab->labels);
        graph_forward(lab->network.graph);
        tensor_read(lab->network.logits, logits + (size_t)i * batch * lab->info.classes);
    }
    batch_source_free(source);
}

/* ---- the noise ---- */

/* The logits of the pool's images in COMPANIES batches of other companions each. */
typedef struct Pool {
    int count, classes;
    float *usual; /* (count, classes), at inference */
    float *seen;  /* (count, COMPANIES, classes), in training mode */
} Pool;

static void fill_usual(Pool *pool, const Experiment *experiment, uint64_t seed, int batch) {
    int *numbers = memory_new((size_t)pool->count, sizeof(int));
    for (int i = 0; i < pool->count; i++)
        numbers[i] = i;
    Laboratory lab = laboratory_new(experiment, seed, batch, false);
    run(&lab, numbers, pool->count, pool->usual);
    laboratory_free(&lab);
    free(numbers);
}

static void fill_seen(Pool *pool, const Experiment *experiment, uint64_t seed, int batch) {
    size_t row = (size_t)pool->classes;
    int *numbers = memory_new((size_t)pool->count, sizeof(int));
    float *logits = memory_new(pool->count * row, sizeof(float));
    Random random = random_stream(seed, random_name("companions"));
    Laboratory lab = laboratory_new(experiment, seed, batch, true);
    for (int i = 0; i < pool->count; i++)
        numbers[i] = i;
    for (int company = 0; company < COMPANIES; company++) {
        random_shuffle(&random, numbers, pool->count);
        run(&lab, numbers, pool->count, logits);
        for (int i = 0; i < pool->count; i++)
            memcpy(pool->seen + ((size_t)numbers[i] * COMPANIES + company) * row, logits + i * row,
                   row * sizeof(float));
    }
    laboratory_free(&lab);
    free(numbers);
    free(logits);
}

/* The mean over the classes of a logit's variance over `count` rows (count, classes). */
static double mean_variance(const float *logits, int count, int classes) {
    double sum = 0;
    for (int k = 0; k < classes; k++) {
        size_t values = (size_t)count * classes - k;
        double deviation = moments_of(logits + k, values, classes).standard_deviation;
        sum += deviation * deviation * count / (count - 1);
    }
    return sum / classes;
}

/* The class with the largest logit. */
static int answer_of(const float *logits, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++)
        best = logits[k] > logits[best] ? k : best;
    return best;
}

static void add_row(Table *table, const Pool *pool, int batch) {
    double variance = 0, turned = 0;
    for (int i = 0; i < pool->count; i++) {
        const float *seen = pool->seen + (size_t)i * COMPANIES * pool->classes;
        int answer = answer_of(pool->usual + (size_t)i * pool->classes, pool->classes);
        variance += mean_variance(seen, COMPANIES, pool->classes) / pool->count;
        for (int company = 0; company < COMPANIES; company++)
            turned += answer_of(seen + company * pool->classes, pool->classes) != answer;
    }
    double noise = sqrt(variance);
    double signal = sqrt(mean_variance(pool->usual, pool->count, pool->classes));
    table_row(table, "%d | %.3f | %.2f | %.1f %% | %.2f %%", batch, noise, noise * sqrt(batch),
              100 * noise / signal, 100 * turned / pool->count / COMPANIES);
}

void show_batch_noise(const Experiment *experiment, uint64_t seed) {
    static const int batches[] = {8, 32, 128};
    enum { LARGEST_BATCH = 128, BATCHES = sizeof batches / sizeof batches[0] };
    int count = min_int(experiment->test->count, POOL);
    Pool pool = {.count = count - count % LARGEST_BATCH, .classes = experiment->test->classes};
    if (pool.count < 2 * LARGEST_BATCH) {
        printf("\nThe noise of batch norm is measured on %d test images or more.\n",
               2 * LARGEST_BATCH);
        return;
    }
    pool.usual = memory_new((size_t)pool.count * pool.classes, sizeof(float));
    pool.seen = memory_new((size_t)pool.count * pool.classes * COMPANIES, sizeof(float));
    Table *table = table_new("batch | noise | noise x root of the batch | noise / signal | "
                             "answers changed");
    fill_usual(&pool, experiment, seed, LARGEST_BATCH);
    for (int i = 0; i < BATCHES; i++) {
        fill_seen(&pool, experiment, seed, batches[i]);
        add_row(table, &pool, batches[i]);
    }
    printf("\nThe noise of batch norm: %d test images, each in %d batches of other companions, in\n"
           "training mode. Noise: a logit's deviation from batch to batch. Signal: its deviation\n"
           "from image to image, at inference. Changed: answers that are not those of inference.\n",
           pool.count, COMPANIES);
    table_print(table);
    free(pool.usual);
    free(pool.seen);
}

/* ---- the scale ---- */

static void scale(Params *params, const char *name, float factor) {
    const Parameter *parameter = params_find(params, name);
    for (size_t i = 0; i < parameter->count; i++)
        parameter_values(parameter)[i] *= factor;
}

/* The largest change of a logit when the stem's outputs are FACTOR times as large. */
static double largest_change(const Experiment *experiment, uint64_t seed, bool is_training) {
    int count = min_int(experiment->test->count, SCALE_BATCH);
    Laboratory lab = laboratory_new(experiment, seed, count, is_training);
    int numbers[SCALE_BATCH];
    for (int i = 0; i < count; i++)
        numbers[i] = i;
    size_t values = (size_t)count * lab.info.classes;
    float *before = memory_new(values, sizeof(float)), *after = memory_new(values, sizeof(float));
    run(&lab, numbers, count, before);
    scale(lab.params, "conv_initial/kernel", FACTOR);
    scale(lab.params, "conv_initial/bias", FACTOR);
    run(&lab, numbers, count, after);
    double most = 0;
    for (size_t i = 0; i < values; i++)
        most = fmax(most, fabs((double)after[i] - (double)before[i]));
    free(before);
    free(after);
    laboratory_free(&lab);
    return most;
}

void show_scale(const Experiment *experiment, uint64_t seed) {
    printf("\nThe first convolution's outputs times %g, in the trained network: a logit changes by "
           "at most\n%.4f with the batch's statistics (training), by %.1f with the moving averages "
           "(inference).\n",
           (double)FACTOR, largest_change(experiment, seed, true),
           largest_change(experiment, seed, false));
}
