/* Chapter 12: regularisation. Trains one small network in many variants: with and without batch
 * norm, each with weight decay, dropout, input noise, an L1 penalty, rounded weights or early
 * stopping, on so few images that it can learn them by heart. Then shows the noise that batch norm
 * itself makes.
 *
 * A training that results.csv already has is not run again, so a run that was broken off goes on.
 */
#include "base/options.h"
#include "base/output_file.h"
#include "batch_noise.h"
#include "report.h"
#include "show/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_EPOCHS = 10000, MOST_SEEDS = 1000, LEAST_IMAGES = 40 };

typedef struct Options {
    uint64_t seed;
    const char *data, *out;
    bool quick;
    int seeds, epochs, limit, limit_test; /* 0: as usual */
    float learning_rate;
} Options;

static const Option rows[] = {
    {"quick", 'q', NULL, FLAG_AT(Options, quick),
     "1 seed, 1000 images, 10 epochs, 1000 test images"},
    {"seeds", 'n', "N", INTEGER_AT(Options, seeds, 1, MOST_SEEDS),
     "train each variant with N seeds, from --seed on (default 3)"},
    {"epochs", 'e', "N", INTEGER_AT(Options, epochs, 1, MOST_EPOCHS),
     "of each training (default 20)"},
    {"learning-rate", 'r', "RATE", NUMBER_AT(Options, learning_rate, 0, 1e3),
     "the largest of each training (default 0.02); for another one choose another --out"},
    {"limit", 'l', "N", INTEGER_AT(Options, limit, LEAST_IMAGES, INT32_MAX),
     "train on the first N images (default 2000)"},
    {"limit-test", 'L', "N", INTEGER_AT(Options, limit_test, LEAST_IMAGES, INT32_MAX),
     "test on the first N images (default all)"},
    {"data", 'd', "DIR", TEXT_AT(Options, data), "where Fashion-MNIST lies"},
    {"out", 'o', "DIR", TEXT_AT(Options, out),
     "results, logs and checkpoints (default build/regularization)"},
    ROWS(kernel_rows),
    ROWS_AT(Options, seed, common_rows),
    {0}};

static Options read_options(int argc, char **argv) {
    Options options = {.seed = 1, .out = "build/regularization", .learning_rate = 0.02f};
    options_read(rows,
                 "Trains one network with and without batch norm, weight decay, dropout, input "
                 "noise and early stopping, and compares training and test accuracy.",
                 argc, argv, &options);
    return options;
}

static int chosen(int given, bool quick, int quick_value, int usual) {
    return given > 0 ? given : quick ? quick_value : usual;
}

static Dataset load(const Options *options, bool is_training, int limit) {
    Dataset dataset = dataset_load(options->data, is_training);
    dataset_limit(&dataset, limit);
    return dataset;
}

/* The runs go seed by seed, so that a run broken off has all variants of the first seeds. */
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
            printf("%3d of %d  seed %2" PRIu64 "  %-20s train %6.2f %%  test %6.2f %%\n",
                   i * VARIANTS + number + 1, seeds.count * VARIANTS, seed, row.variant,
                   100 * result.train.accuracy, 100 * result.test.accuracy);
            fflush(stdout);
        }
    printf("results: %s\n", path);
    arena_free(arena);
    return results;
}

int main(int argc, char **argv) {
    Options options = read_options(argc, argv);
    Dataset training = load(&options, true, chosen(options.limit, options.quick, 1000, 2000));
    Dataset test =
        load(&options, false, chosen(options.limit_test, options.quick, 1000, INT32_MAX));
    dataset_require_one_size(&training, &test);
    Experiment experiment = {.training = &training,
                             .test = &test,
                             .epochs = chosen(options.epochs, options.quick, 10, 20),
                             .learning_rate = options.learning_rate,
                             .out = options.out};
    Seeds seeds = {options.seed, chosen(options.seeds, options.quick, 1, 3)};

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
