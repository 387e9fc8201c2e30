/* Chapter 3: pre_activation at work.
 *
 * Shows what batch normalisation and ReLU make of a convolution's outputs, how the moving averages
 * approach the batch's own statistics, and that in training the scale of the inputs does not
 * matter. */
#include <math.h>
#include <stdio.h>

#include "models/resnet.h"
#include "show/histogram.h"
#include "show/sample.h"
#include "show/table.h"
#include "starts.h"

enum { FILTERS = 16, KERNEL_SIZE = 3, SHOWN_CHANNELS = 4, STAGES = 3, TITLE = 64 };
enum { MANY_GARMENTS = 256, BATCH = 32 };

static const double MOMENTUM = 0.99;   /* TensorFlow's default */
static const float NO_MEMORY = 1e-10f; /* momentum: the averages are the last batch's statistics */

/* Everything is recorded channels_last. Momentum and epsilon 0: TensorFlow's, 0.99 and 1e-3. */
static const ResNetModel tensorflow_like = {.data_format = CHANNELS_LAST};

/* A convolution's outputs for many garments: what the chapter activates. */
static Sample convolved(const Dataset *dataset, uint64_t seed) {
    Params *params = params_new(seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Sample garments = sample_batch(dataset, 0, MANY_GARMENTS);
    Tensor *images = sample_input(graph, &garments);
    Tensor *conv = custom_conv2d(&tensorflow_like, images, FILTERS, KERNEL_SIZE, 1, "conv");
    graph_compile(graph, conv, false);
    sample_write(images, &garments);
    graph_forward(graph);
    Sample outputs = sample_read(conv);
    sample_free(&garments);
    graph_free(graph);
    params_free(params);
    return outputs;
}

/* ---- before and after ---- */

static void print_moments(const Sample *before, const Sample *normalised, const Sample *after) {
    Table *table = table_new("channel | mean before | deviation before | mean normalised | "
                             "deviation normalised | mean after ReLU | zeros after ReLU");
    for (int channel = 0; channel < SHOWN_CHANNELS; channel++) {
        Moments moments[STAGES];
        const Sample *stages[] = {before, normalised, after};
        for (int i = 0; i < STAGES; i++)
            moments[i] = moments_of(stages[i]->values + channel,
                                    sample_count(stages[i]) - (size_t)channel, FILTERS);
        table_row(table, "%d | %.4f | %.4f | %.4f | %.4f | %.4f | %.1f %%", channel,
                  moments[0].mean, moments[0].standard_deviation, moments[1].mean,
                  moments[1].standard_deviation, moments[2].mean, 100 * moments[2].zeros);
    }
    table_print(table);
}

static void draw_histograms(const Sample *before, const Sample *normalised, const Sample *after,
                            const char *out) {
    char title_before[TITLE], title_after[TITLE];
    snprintf(title_before, sizeof title_before, "convolution outputs (%.0f %% are 0)",
             100 * moments_of(before->values, sample_count(before), 1).zeros);
    snprintf(title_after, sizeof title_after, "and after ReLU (%.0f %% are 0)",
             100 * moments_of(after->values, sample_count(after), 1).zeros);
    const char *titles[] = {title_before, "after batch normalisation", title_after};
    const Sample *stages[] = {before, normalised, after};
    Histogram histograms[STAGES];
    for (int i = 0; i < STAGES; i++)
        histograms[i] = (Histogram){.title = titles[i],
                                    .values = stages[i]->values,
                                    .count = sample_count(stages[i]),
                                    .from = -3,
                                    .to = 3,
                                    .limit = 12};
    histograms_draw(histograms, STAGES,
                    "Before and after pre_activation (spikes: black pixels, one a channel)", out,
                    "03_pre_activation.png");
}

static void show_activations(const Sample *before, const char *out) {
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *inputs = sample_input(graph, before);
    Tensor *normalised = batch_normalization(inputs, (BatchNormOptions){.is_training = true});
    Tensor *activated = pre_activation(&tensorflow_like, inputs, true);
    tensor_keep(normalised);
    graph_compile(graph, activated, false);
    sample_write(inputs, before);
    graph_forward(graph);
    Sample middle = sample_read(normalised), after = sample_read(activated);
    printf("A 3x3 convolution's outputs for %d garments, before and after pre_activation:\n",
           before->batch);
    print_moments(before, &middle, &after);
    draw_histograms(before, &middle, &after, out);
    sample_free(&middle);
    sample_free(&after);
    graph_free(graph);
    params_free(params);
}

/* ---- training and inference ---- */

/* pre_activation of a convolution, recorded and compiled for training or for inference. */
typedef struct Network {
    Graph *graph;
    Tensor *images, *activated;
} Network;

static Network network_new(Params *params, const Sample *sample, bool is_training) {
    Network network = {.graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST})};
    network.images = sample_input(network.graph, sample);
    Tensor *conv = custom_conv2d(&tensorflow_like, network.images, FILTERS, KERNEL_SIZE, 1, "conv");
    network.activated = pre_activation(&tensorflow_like, conv, is_training);
    graph_compile(network.graph, network.activated, false);
    return network;
}

static Sample run(const Network *network, const Sample *sample) {
    sample_write(network->images, sample);
    graph_forward(network->graph);
    return sample_read(network->activated);
}

/* The mean of |a - b|. */
static double mean_difference(const Sample *a, const Sample *b) {
    double sum = 0;
    for (size_t i = 0; i < sample_count(a); i++)
        sum += fabs((double)a->values[i] - b->values[i]);
    return sum / (double)sample_count(a);
}

/* Trains on further batches until `until` batches are seen. */
static void train(const Network *training, const Dataset *dataset, int *seen, int until) {
    for (; *seen < until; ++*seen) {
        Sample batch = sample_batch(dataset, *seen * BATCH, BATCH);
        sample_write(training->images, &batch);
        graph_forward(training->graph);
        sample_free(&batch);
    }
}

/* What the moving averages should approach: the statistics of many garments. */
static void add_true_statistics(const Dataset *dataset, uint64_t seed, Table *table) {
    Sample all = convolved(dataset, seed);
    Moments moments = moments_of(all.values, sample_count(&all), FILTERS);
    table_rule(table);
    table_row(table, "%d garments | | %.4f | %.4f |", MANY_GARMENTS, moments.mean,
              moments.standard_deviation * moments.standard_deviation);
    sample_free(&all);
}

static void show_moving_averages(const Dataset *dataset, uint64_t seed) {
    static const int checkpoints[] = {0, 1, 10, 50, 100, 200, 500};
    Params *params = params_new(seed);
    Sample garments = sample_batch(dataset, 0, BATCH);
    Network training = network_new(params, &garments, true);
    Network inference = network_new(params, &garments, false);
    const float *mean = parameter_values(params_find(params, "batch_normalization/moving_mean"));
    const float *variance =
        parameter_values(params_find(params, "batch_normalization/moving_variance"));
    Table *table = table_new("batches seen | 0.99^batches | moving mean | moving variance | "
                             "inference against training");
    int seen = 0;
    for (size_t i = 0; i < sizeof checkpoints / sizeof checkpoints[0]; i++) {
        train(&training, dataset, &seen, checkpoints[i]);
        float moving_mean = mean[0], moving_variance = variance[0];
        Sample by_inference = run(&inference, &garments), by_training = run(&training, &garments);
        table_row(table, "%d | %.3f | %.4f | %.4f | %.4f", seen, pow(MOMENTUM, seen),
                  (double)moving_mean, (double)moving_variance,
                  mean_difference(&by_inference, &by_training));
        seen++; /* the comparison's training pass also learned from a batch */
        sample_free(&by_inference);
        sample_free(&by_training);
    }
    add_true_statistics(dataset, seed, table);
    printf("\nMoving averages of channel 0 over batches of %d garments, and how far the outputs "
           "with\nthem (inference) are from those with the batch's own statistics (training), on "
           "average:\n",
           BATCH);
    table_print(table);
    sample_free(&garments);
    graph_free(training.graph);
    graph_free(inference.graph);
    params_free(params);
}

/* ---- the scale of the inputs ---- */

static Sample run_scaled(Params *params, const ResNetModel *model, const Sample *inputs,
                         float scale, bool is_training) {
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = sample_input(graph, inputs);
    Tensor *activated = pre_activation(model, images, is_training);
    graph_compile(graph, activated, false);
    Sample scaled = sample_scaled(inputs, scale);
    sample_write(images, &scaled);
    graph_forward(graph);
    Sample outputs = sample_read(activated);
    sample_free(&scaled);
    graph_free(graph);
    return outputs;
}

static void compare_scales(const Sample *inputs, float epsilon, bool is_training, Table *table) {
    const ResNetModel model = {.data_format = CHANNELS_LAST,
                               .batch_norm_momentum = NO_MEMORY,
                               .batch_norm_epsilon = epsilon};
    Params *params = params_new(0);
    Sample first = run_scaled(params, &model, inputs, 1, true); /* fills the moving averages */
    Sample as_is = run_scaled(params, &model, inputs, 1, is_training);
    Sample larger = run_scaled(params, &model, inputs, 100, is_training);
    Sample smaller = run_scaled(params, &model, inputs, 0.01f, is_training);
    double largest = moments_of(as_is.values, sample_count(&as_is), 1).most;
    table_row(table, "%s | %.0e | %.3f | %.2g | %.2g", is_training ? "training" : "inference",
              (double)epsilon, largest, (double)sample_difference(&larger, &as_is),
              (double)sample_difference(&smaller, &as_is));
    Sample *used[] = {&first, &as_is, &larger, &smaller};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
        sample_free(used[i]);
    params_free(params);
}

static void show_scale_invariance(const Sample *inputs) {
    Table *table = table_new("mode | epsilon | largest output | difference for inputs x 100 | "
                             "for inputs / 100");
    static const float epsilons[] = {1e-3f, 1e-5f, 1e-8f};
    for (int mode = 0; mode < 2; mode++)
        for (size_t i = 0; i < sizeof epsilons / sizeof epsilons[0]; i++)
            compare_scales(inputs, epsilons[i], mode == 0, table);
    printf("\nThe same inputs on another scale: largest difference in pre_activation's outputs.\n"
           "What remains in training is epsilon's work, which no scale multiplies:\n");
    table_print(table);
}

int main(int argc, char *argv[]) {
    ShowOptions options =
        show_options(argc, argv, "Chapter 3: batch normalisation and ReLU before a convolution.");
    Dataset dataset = dataset_load(options.data, false);
    Sample outputs = convolved(&dataset, options.seed);
    show_activations(&outputs, options.out);
    show_moving_averages(&dataset, options.seed);
    show_scale_invariance(&outputs);
    show_starts(&dataset, options.seed);
    sample_free(&outputs);
    dataset_free(&dataset);
    return 0;
}
