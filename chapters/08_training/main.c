/* Chapter 8: training. The whole course in one program: the model of chapter 7 learns to tell
 * garments apart. The loop stands in common/training/trainer.c, the options in options.c beside
 * it. */
#include "base/error.h"
#include "base/memory.h"
#include "base/output_file.h"
#include "export/onnx.h"
#include "models/depth_options.h"
#include "models/resnet.h"
#include "pictures.h"
#include "training/classifier.h"
#include "training/curves.h"
#include "training/options.h"
#include "training/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Options {
    TrainingOptions training;
    int num_layers;   /* 0: the recipe's */
    const char *onnx; /* the file, or NULL */
    const char *from; /* the checkpoint to make it of; NULL: train first */
    bool pictures;
} Options;

static const Option rows[] = {
    {"model", 'm', "NAME", READ_AT(Options, num_layers, read_depth_name),
     "resnet18, 34, 50, 101, 152, 200 (7x7 stem), resnet20, 32, 44, 56, 110 (3x3 stem) or "
     "resnet8x4 (wide and shallow; the recipes have resnet20)"},
    {"save-onnx", 'x', "FILE", TEXT_AT(Options, onnx),
     "write the trained network for other programs, as ONNX"},
    {"from", 'f', "FILE", TEXT_AT(Options, from),
     "no training: --save-onnx the network in this model.safetensors"},
    {"pictures", 'P', NULL, FLAG_AT(Options, pictures),
     "no training: draw schedules, momentum in a valley and augmented images into --out"},
    ROWS_AT(Options, training, training_rows),
    {0}};

static const char about[] =
    "Trains a residual network on Fashion-MNIST, or on images of your own, and leaves its "
    "curves, log and checkpoint.";

static void write_onnx(const char *checkpoint, const char *path) {
    Classifier *classifier = classifier_from_checkpoint(checkpoint);
    Graph *graph = graph_new(classifier->params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = classifier_images(classifier, graph, 1);
    onnx_write(path, classifier->record(classifier->model, images, false),
               (OnnxOptions){.name = classifier->description,
                             .mean = classifier->mean,
                             .deviation = classifier->deviation,
                             .class_names = classifier->class_names});
    graph_free(graph);
    classifier_free(classifier);
    printf("ONNX        %s\n", path);
}

/* The checkpoint of the network that the training ends with. */
static const char *result_file(const TrainerOptions *trainer) {
    return trainer->patience > 0 ? trainer_best_file : trainer_model_file;
}

static void write_onnx_of_result(const TrainerOptions *trainer, const char *path) {
    Arena *arena = arena_new();
    write_onnx(trainer_path(arena, trainer->out, result_file(trainer)), path);
    arena_free(arena);
}

static void draw_pictures(TrainingOptions *options) {
    Dataset training, test;
    draw_schedules(options->trainer.out);
    draw_valley(options->trainer.out);
    draw_muon(options->trainer.out);
    training_options_load(options, &training, &test);
    draw_augmentation(&training, options->trainer.seed, options->trainer.out);
    dataset_free(&training);
    dataset_free(&test);
}

static int draw_again(const char *out) {
    Arena *arena = arena_new();
    const char *log_path = trainer_path(arena, out, trainer_log_file);
    const char *picture = trainer_path(arena, out, trainer_curves_file);
    TrainingLog log = log_read(log_path, INT32_MAX); /* its errors are clearer than gnuplot's */
    require(log.count > 0, "%s: has no epoch yet; train first", log_path);
    log_free(&log);
    bool drawn = curves_draw(log_path, picture);
    if (drawn)
        printf("%s\n", picture);
    arena_free(arena);
    return drawn ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void report(const TrainingLog *log, const TrainerOptions *trainer) {
    const char *out = trainer->out;
    const LogRow *last = &log->rows[log->count - 1], *kept = &log->rows[log->result];
    char duration[DURATION_TEXT];
    Arena *arena = arena_new();
    const char *curves = trainer_path(arena, out, trainer_curves_file);
    if (access(curves, F_OK) == 0)
        printf("curves      %s\n", curves);
    printf("log         %s\n", trainer_path(arena, out, trainer_log_file));
    printf("checkpoint  %s\n", trainer_path(arena, out, result_file(trainer)));
    arena_free(arena);
    printf("test accuracy %.2f %% after %d epoch%s in %s\n", 100 * kept->test_accuracy, kept->epoch,
           kept->epoch == 1 ? "" : "s", duration_text(last->seconds, duration));
}

static ResNetModel model_of(const Options *options, int classes) {
    const TrainerOptions *trainer = &options->training.trainer;
    int num_layers =
        options->num_layers ? options->num_layers : resnet_layers_in_name(trainer->model_name);
    ResNetModel model = resnet_model(num_layers, classes, trainer->data_format);
    /* Moving averages over about the last ten batches: even a short training's no longer hold their
     * initial values. */
    model.batch_norm_momentum = 0.9f;
    return model;
}

static void train(Options *options) {
    TrainerOptions *trainer = &options->training.trainer;
    const Communicator *communicator = trainer->communicator;
    if (communicator->rank == 0) {
        trainer_check_out(trainer->out);
        if (options->onnx) /* before hours of training */
            output_discard(output_open(options->onnx));
    }
    Dataset training, test;
    training_options_load(&options->training, &training, &test);
    ResNetModel model = model_of(options, training.classes);
    trainer->record = resnet_record;
    trainer->model = &model;
    trainer->model_name = model.name;
    Arena *arena = arena_new();
    /* What has started several processes is not known here: make, mpirun or srun. */
    trainer->command =
        communicator->size > 1 ? "the same command, with" : options_command(arena, "resume");

    TrainingLog log = trainer_run(&training, &test, trainer);
    if (communicator->rank == 0) {
        if (options->onnx)
            write_onnx_of_result(trainer, options->onnx);
        report(&log, trainer);
    }
    log_free(&log);
    arena_free(arena);
    dataset_free(&training);
    dataset_free(&test);
}

int main(int argc, char **argv) {
    Options options = {.training = training_options(NULL)};
    const Communicator *communicator = communicator_start(&argc, &argv);
    options_read(rows, about, argc, argv, &options);
    options.training.trainer.communicator = communicator;
    if (options.training.plot)
        return draw_again(options.training.trainer.out);
    if (options.pictures) {
        draw_pictures(&options.training);
        return EXIT_SUCCESS;
    }
    if (options.from) {
        require(options.onnx, "--from: names what to write as ONNX; give --save-onnx FILE too");
        write_onnx(options.from, options.onnx);
        return EXIT_SUCCESS;
    }

    train(&options);
    communicator_end();
    return EXIT_SUCCESS;
}
