/* Chapter 13: regression. A residual and a plain network of the same depth learn to tell by which
 * angle a garment is turned.
 *
 * Both are made of the course's pieces. Their two outputs are (cos, sin) of the angle, their loss
 * is the mean squared error. Leaves log.csv, the curves and a picture of garments turned back.
 * --sine asks the same of a network without images. */
#include "angle_trainer.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/output_file.h"
#include "data/image.h"
#include "data/resizer.h"
#include "models/depth_options.h"
#include "models/plain.h"
#include "show/chart.h"
#include "show/options.h"
#include "show/picture.h"
#include "show/sheet.h"
#include "show/table.h"
#include "sine.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_PIXELS = 256,
    MOST_EPOCHS = 1000,
    MOST_IMAGES = 1 << 20,
    MOST_RUNS = 100,
    BATCH = 32,
    SHOWN = 8
};

/* By class: all but trousers (1) and dresses (3), which look too much alike upside down. */
static const bool has_top_and_bottom[UINT8_MAX + 1] = {
    [0] = true, [2] = true, [4] = true, [5] = true, [6] = true, [7] = true, [8] = true, [9] = true};

typedef struct Options {
    uint64_t seed;
    int layers, epochs, runs, limit, size;
    float learning_rate;
    bool sine;
    const char *data, *out;
} Options;

static const Option rows[] = {
    {"layers", 0, "N", READ_AT(Options, layers, read_cifar_depth),
     "20 (default), 32, 44, 56 or 110"},
    {"epochs", 0, "N", INTEGER_AT(Options, epochs, 1, MOST_EPOCHS),
     "how often to go through the training images (default 10)"},
    {"runs", 0, "N", INTEGER_AT(Options, runs, 1, MOST_RUNS),
     "trainings of each network: with --seed and the next ones (default 1)"},
    {"learning-rate", 0, "RATE", NUMBER_AT(Options, learning_rate, 0, 1e3),
     "the largest of the schedule (default 0.1)"},
    {"limit", 0, "N", INTEGER_AT(Options, limit, 3, MOST_IMAGES),
     "train on N images, test on a third as many (default 3000)"},
    {"resize", 0, "N", INTEGER_AT(Options, size, 2, MOST_PIXELS),
     "resize images to N x N pixels (default 14)"},
    {"sine", 0, NULL, FLAG_AT(Options, sine),
     "no images: perceptrons with and without shortcuts learn a sine (--runs, --learning-rate)"},
    {"data", 0, "DIR", TEXT_AT(Options, data), "where Fashion-MNIST lies"},
    {"out", 0, "DIR", TEXT_AT(Options, out), "for log and pictures (default build/regression)"},
    ROWS(kernel_rows),
    ROWS_AT(Options, seed, common_rows),
    {0}};

static Options read_options(int argc, char *argv[]) {
    Options options = {.seed = 1,
                       .layers = 20,
                       .epochs = 10,
                       .runs = 1,
                       .limit = 3000,
                       .size = 14,
                       .learning_rate = 0.1f,
                       .out = "build/regression"};
    options_read(
        rows, "Trains a residual and a plain network to tell by which angle a garment is turned.",
        argc, argv, &options);
    return options;
}

/* ---- data ---- */

/* The first `limit` garments with a top and a bottom, size x size pixels each. */
static Dataset load(const Options *options, bool is_training, int limit) {
    Dataset all = dataset_load(options->data, is_training);
    int size = options->size, most = min_int(limit, all.count);
    size_t bytes = (size_t)size * size * all.channels;
    Dataset some = {.height = size, .width = size, .channels = all.channels};
    some.images = memory_new((size_t)most, bytes);
    for (int i = 0; i < all.count && some.count < most; i++) {
        if (!has_top_and_bottom[all.labels[i]])
            continue;
        Image image = dataset_image(&all, i);
        Image square = image_square(&image, size);
        memcpy(some.images + some.count++ * bytes, square.pixels, bytes);
        image_free(&square);
    }
    require(some.count > 0, "no garment of the data set has a top and a bottom; use another");
    dataset_free(&all);
    return some;
}

/* ---- networks ---- */

static Tensor *record_plain(const void *model, Tensor *images, bool is_training) {
    return plain_model_layers(model, images, is_training);
}

typedef struct Kind {
    const char *name;
    RecordLayers *record;
} Kind;

static const Kind kinds[] = {{"residual", resnet_record}, {"plain", record_plain}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

typedef struct Run {
    const Kind *kind;
    uint64_t seed;
    AngleRun result;
} Run;

static Run train(const Kind *kind, uint64_t seed, const Options *options, const Dataset *training,
                 const Dataset *test) {
    ResNetModel model = resnet_model(options->layers, ANGLE_OUTPUTS, CHANNELS_LAST);
    model.batch_norm_momentum = 0.9f; /* a short training: see chapter 8 */
    AngleTraining how = {.name = kind->name,
                         .record = kind->record,
                         .model = &model,
                         .seed = seed,
                         .epochs = options->epochs,
                         .batch = min_int(training->count, BATCH),
                         .learning_rate = options->learning_rate};
    return (Run){kind, seed, angle_train(&how, training, test)};
}

/* ---- results ---- */

/* A row of log.csv. */
typedef struct LogLine {
    const char *network;
    int layers, epoch;
    uint64_t seed;
    AngleScore training, test;
} LogLine;

static const CsvColumn log_columns[] = {
    {"network", CSV_TEXT, offsetof(LogLine, network), 0},
    {"layers", CSV_INT, offsetof(LogLine, layers), 0},
    {"seed", CSV_UINT64, offsetof(LogLine, seed), 0},
    {"epoch", CSV_INT, offsetof(LogLine, epoch), 0},
    {"train_loss", CSV_DECIMALS, offsetof(LogLine, training.loss), 6},
    {"train_median", CSV_DECIMALS, offsetof(LogLine, training.median), 3},
    {"train_mean", CSV_DECIMALS, offsetof(LogLine, training.mean), 3},
    {"test_loss", CSV_DECIMALS, offsetof(LogLine, test.loss), 6},
    {"test_median", CSV_DECIMALS, offsetof(LogLine, test.median), 3},
    {"test_mean", CSV_DECIMALS, offsetof(LogLine, test.mean), 3},
    {"test_over_90", CSV_DECIMALS, offsetof(LogLine, test.over_90), 4},
};

static const CsvTable log_table = {.row_bytes = sizeof(LogLine),
                                   .num_columns = sizeof log_columns / sizeof log_columns[0],
                                   .columns = log_columns};

static void write_log(const Run *runs, int count, const Options *options) {
    int rows = count * options->epochs;
    LogLine *lines = memory_new((size_t)rows, sizeof *lines);
    for (int i = 0; i < rows; i++) {
        const Run *run = &runs[i / options->epochs];
        int epoch = i % options->epochs;
        lines[i] = (LogLine){.network = run->kind->name,
                             .layers = options->layers,
                             .epoch = epoch + 1,
                             .seed = run->seed,
                             .training = run->result.training[epoch],
                             .test = run->result.test[epoch]};
    }
    char path[PICTURE_PATH];
    csv_write(&log_table, picture_path(path, options->out, "log.csv"), lines, rows);
    printf("log: %s\n", path);
    free(lines);
}

static void draw_curves(const Run *runs, int count, const Options *options) {
    Arena *arena = arena_new();
    ChartLine *lines = arena_alloc(arena, 2 * (size_t)count * sizeof *lines);
    for (int i = 0; i < 2 * count; i++) {
        const Run *run = &runs[i / 2];
        bool is_test = i % 2;
        double *values = arena_alloc(arena, (size_t)options->epochs * sizeof(double));
        for (int epoch = 0; epoch < options->epochs; epoch++)
            values[epoch] =
                is_test ? run->result.test[epoch].median : run->result.training[epoch].median;
        lines[i] = (ChartLine){.values = values,
                               .count = options->epochs,
                               .colour = (int)(run->kind - kinds),
                               .dashed = !is_test};
        if (run->seed == options->seed)
            lines[i].title =
                arena_printf(arena, "%s, %s", run->kind->name, is_test ? "test" : "training");
    }
    chart_draw(&(Chart){lines, 2 * count,
                        arena_printf(arena, "%d layers, residual and plain", options->layers),
                        "epoch", "median error in degrees", false},
               options->out, "curves.png");
    arena_free(arena);
}

/* The direction's angle, from 0 to 360. */
static double degrees(const float direction[ANGLE_OUTPUTS]) {
    double angle = atan2((double)direction[1], (double)direction[0]) * 180 / M_PI;
    return angle < 0 ? angle + 360 : angle;
}

/* Draws the test's first garments as they were turned, and turned back by the predictions. */
static void draw_garments(const Run *run, const Dataset *test, const Options *options) {
    Sheet *sheet = sheet_new("Turned, and turned back by the angle that the network gave");
    int size = test->height, shown = min_int(test->count, SHOWN);
    size_t pixels = (size_t)size * size;
    float *turned = memory_new(shown * pixels, sizeof(float)),
          *back = memory_new(pixels, sizeof(float));
    float *targets = memory_new((size_t)shown * ANGLE_OUTPUTS, sizeof(float));
    int numbers[SHOWN];
    for (int i = 0; i < shown; i++)
        numbers[i] = i;
    rotated_batch(test, &(DatasetStatistics){{0}, {1}}, angle_test_seed(), numbers, shown, turned,
                  targets);
    for (int i = 0; i < shown; i++)
        sheet_add(sheet,
                  (SheetPicture){.values = turned + i * pixels, .height = size, .width = size},
                  "%.0f degrees", degrees(targets + (size_t)i * ANGLE_OUTPUTS));
    sheet_next_row(sheet);
    for (int i = 0; i < shown; i++) {
        const float *predicted = run->result.answers.predictions + (size_t)i * ANGLE_OUTPUTS;
        rotate_values(turned + i * pixels, size, -atan2((double)predicted[1], (double)predicted[0]),
                      back);
        sheet_add(sheet, (SheetPicture){.values = back, .height = size, .width = size},
                  "%.0f degrees\nerror %.0f", degrees(predicted),
                  angle_error(&run->result.answers, i));
    }
    sheet_write(sheet, options->out, "garments.png");
    free(turned);
    free(back);
    free(targets);
}

static void show_results(const Run *runs, int count, const Options *options) {
    Table *table = table_new("network | layers | parameters | seed | median, training | median, "
                             "test | mean, test | over 90");
    for (const Run *run = runs; run < runs + count; run++) {
        const AngleScore *training = &run->result.training[options->epochs - 1];
        const AngleScore *test = &run->result.test[options->epochs - 1];
        table_row(table, "%s | %d | %zu | %" PRIu64 " | %.2f | %.2f | %.2f | %.2f %%",
                  run->kind->name, options->layers, run->result.parameters, run->seed,
                  training->median, test->median, test->mean, 100 * test->over_90);
    }
    printf("\nErrors in degrees after %d epochs:\n", options->epochs);
    table_print(table);
}

int main(int argc, char *argv[]) {
    Options options = read_options(argc, argv);
    output_make_directory(options.out);
    if (options.sine) {
        sine_show(&(SineOptions){options.seed, options.runs, options.learning_rate, options.out});
        return EXIT_SUCCESS;
    }
    Dataset training = load(&options, true, options.limit);
    Dataset test = load(&options, false, options.limit / 3);

    int count = KINDS * options.runs;
    Run *runs = memory_new((size_t)count, sizeof *runs);
    for (int i = 0; i < count; i++)
        runs[i] = train(&kinds[i / options.runs], options.seed + (uint64_t)(i % options.runs),
                        &options, &training, &test);
    show_results(runs, count, &options);
    write_log(runs, count, &options);
    draw_curves(runs, count, &options);
    draw_garments(&runs[0], &test, &options);

    for (int i = 0; i < count; i++)
        angle_run_free(&runs[i].result);
    free(runs);
    dataset_free(&training);
    dataset_free(&test);
    return EXIT_SUCCESS;
}
