#include "angle_trainer.h"

#include "base/memory.h"
#include "base/random.h"
#include "layers/layers.h"
#include "training/optimizer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const float WEIGHT_DECAY = 1e-4f;

uint64_t angle_test_seed(void) {
    return random_name("test angles");
}

Network angle_network(const AngleTraining *options, Params *params, int size, bool is_training) {
    Network network = {.graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST}),
                       .batch = options->batch};
    network.images = graph_input(network.graph, "images", shape4(options->batch, size, size, 1));
    network.labels = graph_input(network.graph, "targets", shape2(options->batch, ANGLE_OUTPUTS));
    network.logits = options->record(options->model, network.images, is_training);
    tensor_keep(network.logits);
    network.loss = mean_squared_error(network.logits, network.labels);
    graph_compile(network.graph, network.loss, is_training);
    return network;
}

static void run_epochs(const AngleTraining *options, AnglePass learning, AnglePass testing,
                       AngleRun *run) {
    int count = learning.images->count, steps = count / options->batch;
    int *order = memory_new((size_t)count, sizeof(int));
    AngleAnswers answers = angle_answers_new(count);
    for (int i = 0; i < count; i++)
        order[i] = i;
    learning.order = order;
    learning.total_steps = options->epochs * steps;
    for (int epoch = 0; epoch < options->epochs; epoch++) {
        Random random = random_stream(options->seed, (uint64_t)epoch);
        random_shuffle(&random, order, count);
        learning.seed = random_bits(&random);
        learning.first_step = epoch * steps;
        angle_pass(&learning, &answers);
        angle_pass(&testing, &run->answers);
        run->training[epoch] = angle_score(&answers);
        run->test[epoch] = angle_score(&run->answers);
        printf("%s, seed %" PRIu64 ", epoch %d/%d: median error %.2f degrees, test %.2f\n",
               options->name, options->seed, epoch + 1, options->epochs,
               run->training[epoch].median, run->test[epoch].median);
        fflush(stdout);
    }
    free(order);
    angle_answers_free(&answers);
}

AngleRun angle_train(const AngleTraining *options, const Dataset *training, const Dataset *test) {
    AngleRun run = {.training = memory_new((size_t)options->epochs, sizeof(AngleScore)),
                    .test = memory_new((size_t)options->epochs, sizeof(AngleScore)),
                    .answers = angle_answers_new(test->count)};
    Threads threads = threads_watch();
    DatasetStatistics statistics = dataset_statistics(training);
    Params *params = params_new(options->seed);
    Network network = angle_network(options, params, training->height, true);
    Network evaluation = angle_network(options, params, training->height, false);
    Optimizer *optimizer = optimizer_new(params, WEIGHT_DECAY, NULL);
    run.parameters = params_trainable_count(params);

    AnglePass learning = {.network = &network,
                          .images = training,
                          .statistics = &statistics,
                          .optimizer = optimizer,
                          .schedule = {SCHEDULE_ONE_CYCLE, options->learning_rate, 0.25f},
                          .threads = &threads};
    AnglePass testing = {.network = &evaluation,
                         .images = test,
                         .statistics = &statistics,
                         .seed = angle_test_seed()};
    threads_look(&threads);
    run_epochs(options, learning, testing, &run);
    threads_unwatch(&threads);

    network_free(&network);
    network_free(&evaluation);
    optimizer_free(optimizer);
    params_free(params);
    return run;
}

void angle_run_free(AngleRun *run) {
    free(run->training);
    free(run->test);
    angle_answers_free(&run->answers);
}
