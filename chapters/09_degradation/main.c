/* Chapter 9: plain_block and relative_branch_norm at work.
 *
 * Trains plain and residual networks of two depths, all by one recipe, and draws their training and
 * test errors into one picture. Then looks into the networks before and after the training: how
 * much gradient reaches each block, how large the block's kernels are, and how large each residual
 * branch is beside its shortcut. */
#include "base/error.h"
#include "contest.h"
#include "grow.h"
#include "inside.h"
#include "models/depth_options.h"
#include "show/chart.h"
#include "show/table.h"
#include "training/error_chart.h"
#include "training/files.h"
#include "training/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_LINES = 2 * MOST_CANDIDATES };

typedef struct Options {
    TrainingOptions training;
    int layers;          /* 0: 20 and 56 */
    bool without[KINDS]; /* leave that kind out */
    bool is_short, untrained, grow;
} Options;

/* ---- options ---- */

/* Batch, rate, momentum and weight decay as in He et al. 2015, section 4.2. No augmentation, so
 * that the training error is that of the training images themselves. Epochs: read_options(). */
static const TrainerOptions recipe = {.batch = 128,
                                      .schedule = {SCHEDULE_ONE_CYCLE, 0.1f, 0.25f},
                                      .momentum = 0.9f,
                                      .nesterov = true,
                                      .weight_decay = 1e-4f,
                                      .out = "build/degradation"};

enum { EPOCHS = 4, SHORT_EPOCHS = 3, SHORT_LIMIT = 6400, SHORT_LIMIT_TEST = 2000 };

static const Option rows[] = {
    {"layers", 'l', "N", READ_AT(Options, layers, read_cifar_depth),
     "only this depth: 20, 32, 44, 56 or 110 (default both 20 and 56)"},
    {"plain", 'p', NULL, FLAG_AT(Options, without[RESIDUAL]), "only plain networks"},
    {"residual", 'r', NULL, FLAG_AT(Options, without[PLAIN]), "only residual networks"},
    {"short", 's', NULL, FLAG_AT(Options, is_short),
     "3 epochs of 6400 images: minutes instead of half an hour"},
    {"untrained", 'u', NULL, FLAG_AT(Options, untrained),
     "train nothing, and look into the networks as they begin"},
    {"grow", 'g', NULL, FLAG_AT(Options, grow),
     "train a residual network of 20 blocks, then on with five blocks more, by the recipe's "
     "numbers: rate, schedule, momentum, decay, batch, epochs, size and seed"},
    ROWS_AT(Options, training, training_rows),
    {0}};

static const char about[] =
    "Chapter 9: plain and residual networks of 20 and 56 layers, trained by one recipe.\v"
    "Each network's log and checkpoint go into a folder of --out, which is "
    "build/degradation here. --plot trains nothing: it draws and measures what lies there. "
    "Unless --recipe names another, the recipe is the chapter's own: 4 epochs, one cycle "
    "with peak 0.1, weight decay 1e-4, no augmentation.";

static Options read_options(int argc, char **argv) {
    Options options = {.training = training_options(&recipe)};
    options_read(rows, about, argc, argv, &options);
    TrainingOptions *training = &options.training;
    if (!training->trainer.epochs)
        training->trainer.epochs = options.is_short ? SHORT_EPOCHS : EPOCHS;
    if (options.is_short && !training->limit)
        training->limit = SHORT_LIMIT;
    if (options.is_short && !training->limit_test)
        training->limit_test = SHORT_LIMIT_TEST;
    require(!options.without[PLAIN] || !options.without[RESIDUAL],
            "--plain and --residual together leave nothing to train; give one of them or none");
    bool others = options.layers || options.without[PLAIN] || options.without[RESIDUAL] ||
                  options.untrained || training->plot || training->trainer.resume;
    require(!options.grow || !others,
            "--grow: leave out --layers, --plain, --residual, --untrained, --plot and --resume");
    return options;
}

static void add_candidates(Contest *contest, const Options *options) {
    const int layers[] = {options->layers ? options->layers : 20, 56};
    for (int i = 0; i < (options->layers ? 1 : 2); i++)
        for (Kind kind = PLAIN; kind < KINDS; kind++)
            if (!options->without[kind])
                contest_add(contest, layers[i], kind);
    require(!contest->trainer.resume || contest->count == 1,
            "--resume goes on with one network; name it with --layers and --plain or --residual");
    if (contest->count == 1)
        contest->trainer.command = options_command(contest->arena, "resume");
}

/* ---- the errors ---- */

/* The path of a file of the candidate's training; NULL if there is no such file. */
static const char *file_of(const Contest *contest, int candidate, const char *file) {
    const char *path = contest_path(contest, &contest->candidates[candidate], file);
    return access(path, F_OK) == 0 ? path : NULL;
}

static void show_errors(const Contest *contest) {
    ErrorChartTraining trained[MOST_CANDIDATES];
    int count = 0;
    for (int i = 0; i < contest->count; i++) {
        const char *log = file_of(contest, i, trainer_log_file);
        if (log)
            trained[count++] = (ErrorChartTraining){contest->candidates[i].name, log};
    }
    require(count > 0, "%s: holds no training of these networks; train first",
            contest->trainer.out);
    printf("Errors of the last epoch:\n");
    error_chart_show(trained, count, contest->trainer.out, "errors.png");
}

/* ---- a look inside ---- */

/* The lines of a table and a picture, over the blocks: each network before and after training. */
typedef struct Lines {
    ChartLine lines[MOST_LINES];
    int count;
} Lines;

static void add_line(Lines *lines, const char *title, const double *values, int count, int colour,
                     bool dashed) {
    if (values)
        lines->lines[lines->count++] = (ChartLine){title, values, count, colour, dashed};
}

/* Prints a row for each block; a shorter network's column ends earlier. */
static void print_lines(const Lines *lines, Arena *arena) {
    const char *row = "block";
    int blocks = 0;
    for (int i = 0; i < lines->count; i++) {
        row = arena_printf(arena, "%s | %s", row, lines->lines[i].title);
        blocks = lines->lines[i].count > blocks ? lines->lines[i].count : blocks;
    }
    Table *table = table_new(row);
    for (int block = 0; block < blocks; block++) {
        row = arena_printf(arena, "%d", block + 1);
        for (int i = 0; i < lines->count; i++) {
            const ChartLine *line = &lines->lines[i];
            double value = block < line->count ? line->values[block] : 0;
            row = block < line->count
                      ? arena_printf(arena, "%s | %.*f", row, value < 100 ? 4 : 1, value)
                      : arena_printf(arena, "%s | ", row);
        }
        table_row(table, "%s", row);
    }
    table_print(table);
}

static void show_lines(const Contest *contest, const Lines *lines, const char *what,
                       const char *unit, const char *picture) {
    if (lines->count == 0)
        return;
    const char *title =
        arena_printf(contest->arena, "%s, before (dashed) and after training (*)", what);
    printf("\n%s; after training with a star:\n", what);
    print_lines(lines, contest->arena);
    chart_draw(&(Chart){lines->lines, lines->count, title, "block", unit, true},
               contest->trainer.out, picture);
}

static void show_inside(const Contest *contest, bool untrained) {
    Lines gradients = {0}, kernels = {0}, branches = {0};
    for (int i = 0; i < contest->count; i++) {
        const char *name = contest->candidates[i].name;
        const char *checkpoint = untrained ? NULL : file_of(contest, i, trainer_model_file);
        for (int trained = 0; trained <= (checkpoint ? 1 : 0); trained++) {
            Profile profile =
                look_inside(contest, &contest->candidates[i], trained ? checkpoint : NULL);
            const char *title = trained ? arena_printf(contest->arena, "%s*", name) : name;
            add_line(&gradients, title, profile.gradients, profile.blocks, i, !trained);
            add_line(&kernels, title, profile.kernels, profile.blocks, i, !trained);
            add_line(&branches, title, profile.branches, profile.blocks, i, !trained);
        }
    }
    show_lines(contest, &gradients, "Norm of the gradient by each block's kernels", "norm",
               "gradients.png");
    show_lines(contest, &kernels, "Norm of each block's kernels", "norm", "kernels.png");
    show_lines(contest, &branches, "Norm of each residual branch over its shortcut's", "ratio",
               "branches.png");
}

int main(int argc, char **argv) {
    Options options = read_options(argc, argv);
    Contest contest = {.trainer = options.training.trainer, .arena = arena_new()};
    training_options_load(&options.training, &contest.training, &contest.test);
    if (options.grow) {
        grow_show(&contest);
        dataset_free(&contest.training);
        dataset_free(&contest.test);
        arena_free(contest.arena);
        return EXIT_SUCCESS;
    }
    add_candidates(&contest, &options);
    if (!options.training.plot && !options.untrained)
        contest_train(&contest);
    if (!options.untrained)
        show_errors(&contest);
    show_inside(&contest, options.untrained);
    dataset_free(&contest.training);
    dataset_free(&contest.test);
    arena_free(contest.arena);
    return EXIT_SUCCESS;
}
