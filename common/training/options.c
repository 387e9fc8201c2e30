#include "training/options.h"

#include "base/error.h"
#include "training/recipes.h"

enum { MOST_EPOCHS = 100000, MOST_IMAGES = 1 << 20, MOST_PIXELS = 1024 };

#define BELOW_ONE 0.999999

static const char *const schedules[] = {[SCHEDULE_CONSTANT] = "constant",
                                        [SCHEDULE_STEPS] = "steps",
                                        [SCHEDULE_COSINE] = "cosine",
                                        [SCHEDULE_ONE_CYCLE] = "one-cycle",
                                        NULL};

/* All values of how to train; the others stay. */
static void read_recipe(const OptionGiven *given) {
    TrainerOptions *trainer = given->place;
    TrainerOptions recipe = recipes[option_choice(given->option, given->text, recipe_names)];
    recipe.out = trainer->out;
    recipe.seed = trainer->seed;
    recipe.communicator = trainer->communicator;
    recipe.checkpoint_every = trainer->checkpoint_every;
    *trainer = recipe;
}

static void read_kernels(const OptionGiven *given) {
    static const char *const names[] = {"fast", "loops", NULL};
    *(bool *)given->place = option_choice(given->option, given->text, names) == 1;
}

static void read_backward(const OptionGiven *given) {
    static const char *const names[] = {"planned", "walk", NULL};
    *(bool *)given->place = option_choice(given->option, given->text, names) == 1;
}

const Option training_rows[] = {
    OPTION_GROUP("The recipe and what to change in it:"),
    {"recipe", 0, "NAME", READ_FIRST_AT(TrainingOptions, trainer, read_recipe),
     "quick (default), medium, long or basic: values for all of these, and a model"},
    {"epochs", 0, "N", INTEGER_AT(TrainingOptions, trainer.epochs, 1, MOST_EPOCHS),
     "how often to go through the training images"},
    {"batch", 0, "N", INTEGER_AT(TrainingOptions, trainer.batch, 1, MOST_IMAGES),
     "images in a step"},
    {"groups", 0, "G", INTEGER_AT(TrainingOptions, trainer.groups, 1, MOST_IMAGES),
     "sum over the batch's images in so many groups, a power of two; with the same number, any "
     "number "
     "of processes up to it gives the same bits (default 1, or the number of processes)"},
    {"ghost", 0, "yes|no", FLAG_AT(TrainingOptions, trainer.ghost),
     "normalise each group by its own statistics: no process waits for others in batch norms"},
    {"learning-rate", 0, "RATE", NUMBER_AT(TrainingOptions, trainer.schedule.peak, 0, 1e3),
     "the largest of the schedule"},
    {"schedule", 0, "NAME", CHOICE_AT(TrainingOptions, trainer.schedule.kind, schedules),
     "constant, steps, cosine or one-cycle"},
    {"warmup", 0, "PART", NUMBER_AT(TrainingOptions, trainer.schedule.warmup, 0, 1),
     "part of all steps in which the rate rises, 0 to 1"},
    {"momentum", 0, "M", NUMBER_AT(TrainingOptions, trainer.momentum, 0, BELOW_ONE),
     "of the gradient descent, 0 to below 1"},
    {"nesterov", 0, "yes|no", FLAG_AT(TrainingOptions, trainer.nesterov), "Nesterov's momentum"},
    {"weight-decay", 0, "RATE", NUMBER_AT(TrainingOptions, trainer.weight_decay, 0, 1e3),
     "on the kernels"},
    {"zero-start", 0, "yes|no", FLAG_AT(TrainingOptions, trainer.zero_start),
     "each residual block begins as its shortcut alone"},
    {"muon", 0, "RATE", NUMBER_AT(TrainingOptions, trainer.muon, 0, 1e3),
     "the kernels of convolutions by Muon: the largest part of its length that a step changes "
     "(about 0.03)"},
    {"decay-only", 0, "PREFIX", TEXT_AT(TrainingOptions, trainer.decay_only),
     "weight decay only on kernels named so: logits"},
    {"average", 0, "DECAY", NUMBER_AT(TrainingOptions, trainer.average, 0, BELOW_ONE),
     "test and keep the mean of the weights, of which each step's are 1 - DECAY (0.99: about the "
     "last 100 steps)"},
    {"label-smoothing", 0, "PART",
     NUMBER_AT(TrainingOptions, trainer.label_smoothing, 0, BELOW_ONE), "0 to below 1"},
    {"flip", 0, "yes|no", FLAG_AT(TrainingOptions, trainer.augmentation.flip),
     "mirror half of the training images"},
    {"alternate", 0, "yes|no", FLAG_AT(TrainingOptions, trainer.augmentation.alternate),
     "with --flip: mirror one half of the images in odd epochs, the other in even ones"},
    {"shift", 0, "N", INTEGER_AT(TrainingOptions, trainer.augmentation.shift, 0, MOST_PIXELS),
     "shift training images by up to N pixels"},
    {"erasing", 0, "P", NUMBER_AT(TrainingOptions, trainer.augmentation.erasing, 0, 1),
     "erase a rectangle with this probability"},
    {"input-noise", 0, "D", NUMBER_AT(TrainingOptions, trainer.augmentation.noise, 0, 1e3),
     "normal noise of this deviation on the normalised training images"},
    {"augment-epochs", 0, "N",
     INTEGER_AT(TrainingOptions, trainer.augmentation.epochs, 0, MOST_EPOCHS),
     "shift, erasing and noise in the first N epochs only (default 0: in all)"},
    {"keep", 0, "PART", NUMBER_AT(TrainingOptions, trainer.keep, 0, 1),
     "an epoch has this part of the training images (default all)"},
    {"hard", 0, "PART", NUMBER_AT(TrainingOptions, trainer.hard, 0, 1),
     "this part of --keep are the images whose loss was largest when last seen (default 0)"},
    {"eval-flip", 0, "yes|no", FLAG_AT(TrainingOptions, trainer.eval_flip),
     "after the last epoch, test on the mean over each image and its mirror image"},
    {"eval-shift", 0, "yes|no", FLAG_AT(TrainingOptions, trainer.eval_shift),
     "then test on the mean over ten views: these two, and both shifted by a pixel to each side"},
    {"early-stopping", 0, "EPOCHS", INTEGER_AT(TrainingOptions, trainer.patience, 1, MOST_EPOCHS),
     "stop when so many epochs in a row did not lower the loss on the validation set, and keep the "
     "best network"},
    {"min-delta", 0, "LOSS", NUMBER_AT(TrainingOptions, trainer.min_delta, 0, 1e3),
     "what an epoch must lower it by, to count"},
    {"validation", 0, "N", INTEGER_AT(TrainingOptions, trainer.validation, 1, INT32_MAX),
     "training images that are kept apart (default a tenth if --early-stopping, else none)"},
    OPTION_GROUP("Data:"),
    {"data", 0, "DIR", TEXT_AT(TrainingOptions, data),
     "IDX files (MNIST's four), CIFAR-10's .bin files, or train/ and test/ with a folder of images "
     "for each class (default Fashion-MNIST)"},
    {"limit", 0, "N", INTEGER_AT(TrainingOptions, limit, 1, INT32_MAX),
     "train on the first N images only"},
    {"limit-test", 0, "N", INTEGER_AT(TrainingOptions, limit_test, 1, INT32_MAX),
     "test on the first N images only"},
    {"resize", 0, "N", INTEGER_AT(TrainingOptions, trainer.size, 1, MOST_PIXELS),
     "resize images to N x N pixels"},
    {"data-format", 0, "F", CHOICE_AT(TrainingOptions, trainer.data_format, data_format_names),
     "channels_last (default) or channels_first"},
    OPTION_GROUP("Files and reports:"),
    {"out", 0, "DIR", TEXT_AT(TrainingOptions, trainer.out),
     "for log, curves and checkpoint (default build/training)"},
    {"checkpoint-every", 0, "MINUTES", NUMBER_AT(TrainingOptions, trainer.checkpoint_every, 0, 1e6),
     "save the training's state within an epoch too (default 5; 0: only after each epoch)"},
    {"resume", 0, "FILE", TEXT_AT(TrainingOptions, trainer.resume),
     "go on with the training of a training.safetensors, or of the one beside a model.safetensors"},
    {"plot", 0, NULL, FLAG_AT(TrainingOptions, plot), "only draw the curves of --out again"},
    {"kernels", 0, "NAME", READ_AT(TrainingOptions, trainer.loops, read_kernels),
     "fast (default), or loops: the textbook ones, slow"},
    {"backward", 0, "NAME", READ_AT(TrainingOptions, trainer.walk, read_backward),
     "planned (default), or walk: through the graph by backward_walk(), the same bits"},
    {"profile", 0, NULL, FLAG_AT(TrainingOptions, trainer.profile), "print where the time went"},
    OPTION_GROUP(""),
    ROWS_AT(TrainingOptions, trainer.seed, common_rows),
    {0}};

TrainingOptions training_options(const TrainerOptions *recipe) {
    TrainingOptions training = {.trainer = recipe ? *recipe : recipes[RECIPE_QUICK]};
    training.trainer.seed = 1;
    training.trainer.checkpoint_every = 5;
    if (!training.trainer.out)
        training.trainer.out = "build/training";
    return training;
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
    if (options->trainer.size == 0)
        dataset_require_one_size(training, test);
}
