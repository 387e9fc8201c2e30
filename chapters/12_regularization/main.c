/* Chapter 12: regularisation. Trains one small network in many variants: with and without batch
 * norm, each with weight decay, dropout, input noise or early stopping, on so few images that it
 * can learn them by heart. Then shows the noise that batch norm itself makes.
 *
 * A training that results.csv already has is not run again, so a run that was broken off goes on.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/output_file.h"
#include "batch_noise.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_EPOCHS = 10000, MOST_SEEDS = 1000, LEAST_IMAGES = 40 };

typedef struct Options {
    CommonOptions common;
    const char *data, *out;
    bool quick;
    int seeds, epochs, limit, limit_test; /* 0: as usual */
    double learning_rate;
} Options;

enum Key {
    QUICK = 'q',
    SEEDS = 'n',
    EPOCHS = 'e',
    LEARNING_RATE = 'r',
    LIMIT = 'l',
    LIMIT_TEST = 'L',
    DATA = 'd',
    OUT = 'o'
};

static const struct argp_option option_list[] = {
    {"quick", QUICK, 0, 0, "1 seed, 1000 images, 10 epochs, 1000 test images", 0},
    {"seeds", SEEDS, "N", 0, "train each variant with N seeds, from --seed on (default 3)", 0},
    {"epochs", EPOCHS, "N", 0, "of each training (default 20)", 0},
    {"learning-rate", LEARNING_RATE, "RATE", 0,
     "the largest of each training (default 0.02); for another one choose another --out", 0},
    {"limit", LIMIT, "N", 0, "train on the first N images (default 2000)", 0},
    {"limit-test", LIMIT_TEST, "N", 0, "test on the first N images (default all)", 0},
    {"data", DATA, "DIR", 0, "where Fashion-MNIST lies", 0},
    {"out", OUT, "DIR", 0, "results, logs and checkpoints (default build/regularization)", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    Options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *options = (Options){.out = "build/regularization", .learning_rate = 0.02};
        state->child_inputs[0] = &options->common;
        return 0;
    case QUICK:
        options->quick = true;
        return 0;
    case SEEDS:
        options->seeds = (int)option_integer("--seeds", text, 1, MOST_SEEDS);
        return 0;
    case EPOCHS:
        options->epochs = (int)option_integer("--epochs", text, 1, MOST_EPOCHS);
        return 0;
    case LEARNING_RATE:
        options->learning_rate = option_number("--learning-rate", text, 0, 1e3);
        return 0;
    case LIMIT:
        options->limit = (int)option_integer("--limit", text, LEAST_IMAGES, INT32_MAX);
        return 0;
    case LIMIT_TEST:
        options->limit_test = (int)option_integer("--limit-test", text, LEAST_IMAGES, INT32_MAX);
        return 0;
    case DATA:
        options->data = text;
        return 0;
    case OUT:
        options->out = text;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{.argp = &common_options_argp}, {0}};

static const struct argp command_line = {
    .options = option_list,
    .parser = parse,
    .doc = "Trains one network with and without batch norm, weight decay, dropout, input noise and "
           "early stopping, and compares training and test accuracy.",
    .children = children};

static int chosen(int given, bool quick, int quick_value, int usual) {
    return given > 0 ? given : quick ? quick_value : usual;
}

static Dataset load(const Options *options, bool is_training, int limit) {
    Dataset dataset = dataset_load(options->data, is_training);
    dataset_limit(&dataset, limit);
    return dataset;
}

/* Seed by seed, so that whoever breaks off has all variants of the first seeds. */
static Results train_all(const Experiment *experiment, Seeds seeds) {
    Arena *arena = arena_new();
    const char *path = arena_printf(arena, "%s/results.csv", experiment->out);
    output_make_directory(experiment->out);
    Results results = results_read(path);
    for (int i = 0; i < seeds.count; i++)
        for (int number = 0; number < VARIANTS; number++) {
            uint64_t seed = seeds.first + (uint64_t)i;
            Variant variant = variant_at(number);
            Result row = experiment_row(experiment, variant, seed);
            if (results_find(&results, &row))
                continue;
            Result result = experiment_run(experiment, variant, seed);
            results_add(&results, path, result);
            printf("%3d of %d  seed %2d  %-20s train %6.2f %%  test %6.2f %%\n",
                   i * VARIANTS + number + 1, seeds.count * VARIANTS, (int)seed, row.variant,
                   100 * result.train.accuracy, 100 * result.test.accuracy);
            fflush(stdout);
        }
    printf("results: %s\n", path);
    arena_free(arena);
    return results;
}

int main(int argc, char **argv) {
    Options options;
    argp_parse(&command_line, argc, argv, 0, NULL, &options);
    Dataset training = load(&options, true, chosen(options.limit, options.quick, 1000, 2000));
    Dataset test =
        load(&options, false, chosen(options.limit_test, options.quick, 1000, INT32_MAX));
    Experiment experiment = {.training = &training,
                             .test = &test,
                             .epochs = chosen(options.epochs, options.quick, 10, 20),
                             .learning_rate = (float)options.learning_rate,
                             .out = options.out};
    Seeds seeds = {options.common.seed, chosen(options.seeds, options.quick, 1, 3)};

    Results results = train_all(&experiment, seeds);
    report_table(&experiment, &results, seeds);
    report_dropout(&experiment, &results, seeds);
    show_scale(&experiment, seeds.first);
    show_batch_noise(&experiment, seeds.first);
    report_curves(&experiment, seeds);

    results_free(&results);
    dataset_free(&training);
    dataset_free(&test);
    return EXIT_SUCCESS;
}
