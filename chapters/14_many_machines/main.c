/* Chapter 14: many machines. Shows who takes which images of a batch, that a sum's last bits depend
 * on the order of its additions, that along a tree they do not depend on who adds, and what an
 * exchange costs. make run-14 PROCESSES=4 runs it as four processes, which then exchange in
 * earnest. */
#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "costs.h"
#include "crew.h"
#include "models/resnet.h"
#include "pieces/parallel.h"
#include "scaling.h"
#include "show/options.h"
#include "show/table.h"
#include "sums.h"
#include "training/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS = 8, GROUP_IMAGES = 16, LAYERS = 20 };

typedef struct Options {
    ShowOptions show;
    const char *scaling; /* a file of make scaling; NULL: none */
} Options;

static const Option rows[] = {
    {"scaling", 0, "FILE", TEXT_AT(Options, scaling), "show the simulated steps of make scaling"},
    ROWS_AT(Options, show, show_rows),
    {0}};

static const char about[] =
    "Adds up the gradients of eight groups of images in several orders, and shows what an exchange "
    "between machines costs.";

/* ---- by hand ---- */

static void show_by_hand(void) {
    volatile float large = 16777216, one = 1; /* volatile: added one by one, as written */
    float in_order = large + one;
    in_order = in_order + one;
    in_order = in_order + one;
    float left = large + one, right = one + one;
    printf("16777216 + 1 + 1 + 1, in float:\n");
    Table *table = table_new("order | sum");
    table_row(table, "((16777216 + 1) + 1) + 1 | %.0f", (double)in_order);
    table_row(table, "(16777216 + 1) + (1 + 1) | %.0f", (double)(left + right));
    table_row(table, "exactly | %d", 16777216 + 3);
    table_print(table);
}

/* ---- shares ---- */

static void show_shares(int processes) {
    printf("\nWho takes what of %d images in %d groups, by share_batch():\n", GROUPS * GROUP_IMAGES,
           GROUPS);
    Table *table = table_new("process | groups | images");
    for (int rank = 0; rank < processes; rank++) {
        BatchShare share = {0};
        share_batch(GROUPS * GROUP_IMAGES, GROUPS, rank, processes, &share);
        table_row(table, "%d of %d | %d to %d | %d to %d", rank, processes, share.first_group,
                  share.first_group + share.groups - 1, share.first_image,
                  share.first_image + share.images - 1);
    }
    table_print(table);
}

/* ---- gradients of a network ---- */

static void write_gradients(const Network *network, BatchSource *source, Gradients *gradients) {
    Params *params = graph_params(network->graph);
    float *images = memory_new(batch_source_floats(source), sizeof(float)), labels[GROUP_IMAGES];
    gradients->count = params_block_count(params);
    gradients->values = memory_new(GROUPS * gradients->count, sizeof(float));
    for (int group = 0; group < GROUPS; group++) {
        batch_source_next(source, images, labels);
        tensor_write(network->images, images);
        tensor_write(network->labels, labels);
        graph_forward(network->graph);
        graph_backward(network->graph, NULL);
        memcpy(gradients->values + group * gradients->count, params_gradients(params),
               gradients->count * sizeof(float));
    }
    free(images);
}

/* The gradients of a new ResNet-20, of each group of the first training images. */
static Gradients gradients_of(const ShowOptions *options) {
    Gradients gradients = {.groups = GROUPS};
    Dataset dataset = dataset_load(options->data, true);
    require(dataset.count >= GROUPS * GROUP_IMAGES,
            "%s: has %d images; this program takes the first %d, so name a larger set with --data",
            options->data ? options->data : "the data", dataset.count, GROUPS * GROUP_IMAGES);
    DatasetStatistics statistics = dataset_statistics(&dataset);
    ResNetModel model = resnet_model(LAYERS, dataset.classes, CHANNELS_LAST);
    Params *params = params_new(options->seed);
    Network network = network_new(params, (NetworkOptions){.record = resnet_record,
                                                           .model = &model,
                                                           .batch = GROUP_IMAGES,
                                                           .height = dataset.height,
                                                           .width = dataset.width,
                                                           .channels = dataset.channels,
                                                           .is_training = true});
    BatchSource *source =
        batch_source_new(&dataset, (BatchOptions){.batch = GROUP_IMAGES,
                                                  .mean = statistics.mean,
                                                  .deviation = statistics.standard_deviation});
    write_gradients(&network, source, &gradients);
    batch_source_free(source);
    network_free(&network);
    params_free(params);
    dataset_free(&dataset);
    return gradients;
}

/* ---- orders ---- */

static void add_row(Table *table, const char *order, int processes, const float *tree, float *sum,
                    size_t count) {
    Difference found = difference_of(tree, sum, count);
    table_row(table, "%s | %d | %zu | %.1e", order, processes, found.values, found.largest);
    free(sum);
}

/* What the crew's processes share. */
typedef struct Sums {
    const Gradients *gradients;
    float *sums[CREW_MOST];
} Sums;

static void sum_in_crew(void *context, const Communicator *communicator) {
    Sums *sums = context;
    sums->sums[communicator->rank] = sum_along_tree(sums->gradients, communicator);
}

/* The first process's sum, which all must have. */
static float *sum_by_crew(const Gradients *gradients, int processes) {
    Sums sums = {.gradients = gradients};
    crew_run(processes, sum_in_crew, &sums);
    for (int rank = 1; rank < processes; rank++) {
        Difference found = difference_of(sums.sums[0], sums.sums[rank], gradients->count);
        require(found.values == 0, "processes 0 and %d of %d have other sums; see all_reduce()",
                rank, processes);
        free(sums.sums[rank]);
    }
    return sums.sums[0];
}

static void show_orders(const Gradients *gradients, const Communicator *communicator) {
    size_t count = gradients->count;
    float *tree = sum_by_crew(gradients, 1);
    Table *table = table_new("order | processes | values with other bits | largest difference");
    add_row(table, "one after the other", 1, tree, sum_in_order(gradients), count);
    for (int processes = 2; processes <= GROUPS; processes *= 2)
        add_row(table, "around a ring", processes, tree, sum_around_ring(gradients, processes),
                count);
    for (int processes = 1; processes <= min_int(GROUPS, CREW_MOST); processes *= 2)
        add_row(table, "along the tree", processes, tree, sum_by_crew(gradients, processes), count);
    if (communicator->size > 1)
        add_row(table, "along the tree, by MPI", communicator->size, tree,
                sum_along_tree(gradients, communicator), count);
    printf(
        "\nThe sum of %d groups' gradients, %zu values each, against the tree's by one process:\n",
        GROUPS, count);
    table_print(table);
    free(tree);
}

int main(int argc, char *argv[]) {
    Options options = {.show = show_defaults};
    const Communicator *communicator = communicator_start(&argc, &argv);
    options_read(rows, about, argc, argv, &options);
    if (options.scaling) {
        scaling_show(options.scaling, options.show.out);
        communicator_end();
        return EXIT_SUCCESS;
    }
    int size = communicator->size;
    require(size <= GROUPS && (size & (size - 1)) == 0,
            "%d processes for %d groups; use a power of two, at most %d", size, GROUPS, GROUPS);
    show_by_hand();
    show_shares(size > 1 ? size : 4);
    Gradients gradients = gradients_of(&options.show);
    show_orders(&gradients, communicator);
    free(gradients.values);
    show_model();
    if (size > 1)
        show_exchanges(communicator);
    else
        printf(
            "\nmake run-14 PROCESSES=4 measures exchanges between processes (make setup MPI=1).\n");
    communicator_end();
    return EXIT_SUCCESS;
}
