#include "training/options.h"

#include "base/error.h"
#include "training/recipes.h"

#include <string.h>

enum Key {
    FIRST_KEY = 256,
    RECIPE = FIRST_KEY,
    EPOCHS,
    BATCH,
    LEARNING_RATE,
    SCHEDULE,
    WARMUP,
    MOMENTUM,
    NESTEROV,
    WEIGHT_DECAY,
    DECAY_ONLY,
    LABEL_SMOOTHING,
    FLIP,
    SHIFT,
    ERASING,
    INPUT_NOISE,
    EVAL_FLIP,
    VALIDATION,
    EARLY_STOPPING,
    MIN_DELTA,
    RESIZE,
    LIMIT,
    LIMIT_TEST,
    DATA,
    DATA_FORMAT,
    OUT,
    RESUME,
    KERNELS,
    PROFILE,
    PLOT,
    END_KEY
};
_Static_assert(END_KEY - FIRST_KEY <= TRAINING_OPTIONS, "TRAINING_OPTIONS is too small");

enum { MOST_EPOCHS = 100000, MOST_IMAGES = 1 << 20, MOST_PIXELS = 1024 };

static const struct argp_option option_list[] = {
    {0, 0, 0, 0, "The recipe and what to change in it:", 1},
    {"recipe", RECIPE, "NAME", 0, "quick (default) or long: values for all of these", 1},
    {"epochs", EPOCHS, "N", 0, "how often to go through the training images", 1},
    {"batch", BATCH, "N", 0, "images in a step", 1},
    {"learning-rate", LEARNING_RATE, "RATE", 0, "the largest of the schedule", 1},
    {"schedule", SCHEDULE, "NAME", 0, "constant, steps, cosine or one-cycle", 1},
    {"warmup", WARMUP, "PART", 0, "part of all steps in which the rate rises, 0 to 1", 1},
    {"momentum", MOMENTUM, "M", 0, "of the gradient descent, 0 to below 1", 1},
    {"nesterov", NESTEROV, "yes|no", OPTION_ARG_OPTIONAL, "Nesterov's momentum", 1},
    {"weight-decay", WEIGHT_DECAY, "RATE", 0, "on the kernels", 1},
    {"decay-only", DECAY_ONLY, "PREFIX", 0, "weight decay only on kernels named so: logits", 1},
    {"label-smoothing", LABEL_SMOOTHING, "PART", 0, "0 to below 1", 1},
    {"flip", FLIP, "yes|no", OPTION_ARG_OPTIONAL, "mirror half of the training images", 1},
    {"shift", SHIFT, "N", 0, "shift training images by up to N pixels", 1},
    {"erasing", ERASING, "P", 0, "erase a rectangle with this probability", 1},
    {"input-noise", INPUT_NOISE, "D", 0,
     "normal noise of this deviation on the normalised training images", 1},
    {"eval-flip", EVAL_FLIP, "yes|no", OPTION_ARG_OPTIONAL,
     "test on the mean over each image and its mirror image", 1},
    {"early-stopping", EARLY_STOPPING, "EPOCHS", 0,
     "stop when so many epochs in a row did not lower the loss on the validation set, and keep the "
     "best network",
     1},
    {"min-delta", MIN_DELTA, "LOSS", 0, "what an epoch must lower it by, to count", 1},
    {"validation", VALIDATION, "N", 0,
     "training images that are kept apart (default a tenth if --early-stopping, else none)", 1},
    {0, 0, 0, 0, "Data:", 2},
    {"data", DATA, "DIR", 0,
     "IDX files (MNIST's four), CIFAR-10's .bin files, or train/ and test/ with a folder of images "
     "for each class (default Fashion-MNIST)",
     2},
    {"limit", LIMIT, "N", 0, "train on the first N images only", 2},
    {"limit-test", LIMIT_TEST, "N", 0, "test on the first N images only", 2},
    {"resize", RESIZE, "N", 0, "resize images to N x N pixels", 2},
    {"data-format", DATA_FORMAT, "F", 0, "channels_last (default) or channels_first", 2},
    {0, 0, 0, 0, "Files and reports:", 3},
    {"out", OUT, "DIR", 0, "for log, curves and checkpoint (default build/training)", 3},
    {"resume", RESUME, "FILE", 0, "go on from a model.safetensors", 3},
    {"plot", PLOT, 0, 0, "only draw the curves of --out again", 3},
    {"kernels", KERNELS, "NAME", 0, "fast (default), or loops: the textbook ones, slow", 3},
    {"profile", PROFILE, 0, 0, "print where the time went", 3},
    {0}};

static const char *const data_formats[] = {
    [CHANNELS_LAST] = "channels_last", [CHANNELS_FIRST] = "channels_first", NULL};
static const char *const schedules[] = {[SCHEDULE_CONSTANT] = "constant",
                                        [SCHEDULE_STEPS] = "steps",
                                        [SCHEDULE_COSINE] = "cosine",
                                        [SCHEDULE_ONE_CYCLE] = "one-cycle",
                                        NULL};
static const char *const kernels[] = {"fast", "loops", NULL};
static const char *const answers[] = {"no", "yes", NULL};

static const double BELOW_ONE = 0.999999;

static bool is_yes(const char *name, const char *text) {
    return option_choice(name, text, answers) == 1;
}

/* One value of how to train; false if the key is none of them. */
static bool apply_recipe_option(TrainerOptions *trainer, int key, const char *text) {
    switch (key) {
    case EPOCHS:
        trainer->epochs = (int)option_integer("--epochs", text, 1, MOST_EPOCHS);
        return true;
    case BATCH:
        trainer->batch = (int)option_integer("--batch", text, 1, MOST_IMAGES);
        return true;
    case LEARNING_RATE:
        trainer->schedule.peak = (float)option_number("--learning-rate", text, 0, 1e3);
        return true;
    case SCHEDULE:
        trainer->schedule.kind = (ScheduleKind)option_choice("--schedule", text, schedules);
        return true;
    case WARMUP:
        trainer->schedule.warmup = (float)option_number("--warmup", text, 0, 1);
        return true;
    case MOMENTUM:
        trainer->momentum = (float)option_number("--momentum", text, 0, BELOW_ONE);
        return true;
    case NESTEROV:
        trainer->nesterov = is_yes("--nesterov", text);
        return true;
    case WEIGHT_DECAY:
        trainer->weight_decay = (float)option_number("--weight-decay", text, 0, 1e3);
        return true;
    case DECAY_ONLY:
        trainer->decay_only = text;
        return true;
    case LABEL_SMOOTHING:
        trainer->label_smoothing = (float)option_number("--label-smoothing", text, 0, BELOW_ONE);
        return true;
    default:
        return false;
    }
}

static bool apply_augmentation_option(TrainerOptions *trainer, int key, const char *text) {
    switch (key) {
    case FLIP:
        trainer->augmentation.flip = is_yes("--flip", text);
        return true;
    case SHIFT:
        trainer->augmentation.shift = (int)option_integer("--shift", text, 0, MOST_PIXELS);
        return true;
    case ERASING:
        trainer->augmentation.erasing = (float)option_number("--erasing", text, 0, 1);
        return true;
    case INPUT_NOISE:
        trainer->augmentation.noise = (float)option_number("--input-noise", text, 0, 1e3);
        return true;
    case EVAL_FLIP:
        trainer->eval_flip = is_yes("--eval-flip", text);
        return true;
    default:
        return false;
    }
}

static bool apply_validation_option(TrainerOptions *trainer, int key, const char *text) {
    switch (key) {
    case VALIDATION:
        trainer->validation = (int)option_integer("--validation", text, 1, INT32_MAX);
        return true;
    case EARLY_STOPPING:
        trainer->patience = (int)option_integer("--early-stopping", text, 1, MOST_EPOCHS);
        return true;
    case MIN_DELTA:
        trainer->min_delta = (float)option_number("--min-delta", text, 0, 1e3);
        return true;
    default:
        return false;
    }
}

static void apply_other_option(TrainingOptions *training, int key, const char *text) {
    TrainerOptions *trainer = &training->trainer;
    switch (key) {
    case RESIZE:
        trainer->size = (int)option_integer("--resize", text, 1, MOST_PIXELS);
        break;
    case LIMIT:
        training->limit = (int)option_integer("--limit", text, 1, INT32_MAX);
        break;
    case LIMIT_TEST:
        training->limit_test = (int)option_integer("--limit-test", text, 1, INT32_MAX);
        break;
    case DATA:
        training->data = text;
        break;
    case DATA_FORMAT:
        trainer->data_format = (DataFormat)option_choice("--data-format", text, data_formats);
        break;
    case OUT:
        trainer->out = text;
        break;
    case RESUME:
        trainer->resume = text;
        break;
    case KERNELS:
        trainer->loops = option_choice("--kernels", text, kernels) == 1;
        break;
    case PROFILE:
        trainer->profile = true;
        break;
    case PLOT:
        training->plot = true;
        break;
    }
}

/* The values of the recipe named, or else the defaults, and over them what was given. */
static void apply_all(TrainingOptions *training, const TrainerOptions *defaults) {
    const char *recipe = training->given[RECIPE - FIRST_KEY];
    TrainerOptions *trainer = &training->trainer;
    *trainer = recipe ? recipes[option_choice("--recipe", recipe, recipe_names)] : *defaults;
    trainer->out = defaults->out ? defaults->out : "build/training";
    trainer->seed = training->common.seed;
    for (int key = RECIPE + 1; key < END_KEY; key++) {
        const char *text = training->given[key - FIRST_KEY];
        if (text && !apply_recipe_option(trainer, key, text) &&
            !apply_augmentation_option(trainer, key, text) &&
            !apply_validation_option(trainer, key, text))
            apply_other_option(training, key, text);
    }
}

static error_t parse(int key, char *text, struct argp_state *state) {
    TrainingOptions *training = state->input;
    if (key == ARGP_KEY_INIT) {
        *training = (TrainingOptions){0};
        state->child_inputs[0] = &training->common;
        return 0;
    }
    if (key == ARGP_KEY_END) {
        apply_all(training, &recipes[0]);
        return 0;
    }
    if (key < FIRST_KEY || key >= END_KEY)
        return ARGP_ERR_UNKNOWN;
    training->given[key - FIRST_KEY] = text ? text : "yes";
    return 0;
}

static const struct argp_child children[] = {{.argp = &common_options_argp, .group = 4}, {0}};

const struct argp training_options_argp = {
    .options = option_list, .parser = parse, .children = children};

void training_options_default(TrainingOptions *training, const TrainerOptions *defaults) {
    apply_all(training, defaults);
}

static Dataset load(const TrainingOptions *options, bool is_training, int limit) {
    Dataset dataset = dataset_load_sized(options->data, is_training, options->trainer.size);
    if (limit > 0)
        dataset_limit(&dataset, limit);
    return dataset;
}

void training_options_load(const TrainingOptions *options, Dataset *training, Dataset *test) {
    *training = load(options, true, options->limit);
    *test = load(options, false, options->limit_test);
    require(options->trainer.size > 0 ||
                (training->height == test->height && training->width == test->width),
            "the training images have %d x %d pixels, the test images %d x %d; bring both to one "
            "size with --resize N",
            training->width, training->height, test->width, test->height);
}
