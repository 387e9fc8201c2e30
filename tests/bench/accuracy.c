/* Time to accuracy: a row for each recipe, which was made for what it reaches. Its kept log says
 * how many images it trains on; the races say how many of them a second, ours and PyTorch's. */
#include "sections.h"

#include "base/error.h"
#include "base/memory.h"
#include "models.h"
#include "show/gnuplot.h"
#include "show/table.h"
#include "training/log.h"
#include "training/recipes.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { SIDE = 28, CLASSES = 10 }; /* Fashion-MNIST's */

typedef struct Run {
    const char *recipe;
    const TrainerOptions *options;
    char model[SETTING_TEXT];
    int epochs;
    double accuracy, pytorch_accuracy; /* by the logs; 0: PyTorch has none */
    double images;                     /* trained on */
    double ours, pytorch;              /* images a second; PyTorch's 0 if it is missing */
} Run;

static bool begins(const char *text, const char *with) {
    return text && strncmp(text, with, strlen(with)) == 0;
}

/* Ours: channels_last on all threads, which comes before the run on one; PyTorch's: its best. */
static void find_speeds(const Report *report, Run *run) {
    Setting setting = {resnet_layers_in_name(run->options->model_name), SIDE, 1, CLASSES,
                       run->options->batch};
    char shape[SETTING_TEXT];
    setting_model(&setting, run->model);
    setting_shape(&setting, shape);
    const Measurement *row = NULL;
    while ((row = report_next(report, row, "train", run->model, shape))) {
        if (begins(row->pass, "channels_last") && run->ours == 0)
            run->ours = row->value;
        if (begins(row->pass, "PyTorch") && row->value > run->pytorch)
            run->pytorch = row->value;
    }
    require(run->ours > 0,
            "the benchmark's table has no training of %s at %s; run make bench, whole", run->model,
            shape);
}

/* Reads the recipe's logs; returns false if it has none that was kept. */
static bool read_logs(const Bench *bench, Arena *arena, Run *run) {
    const char *path = arena_printf(arena, "%s/%s.csv", bench->logs, run->recipe);
    if (access(path, F_OK) != 0)
        return false;
    TrainingLog log = log_read(path, INT_MAX);
    require(log.count > 0, "%s: has no epoch; put a whole log there", path);
    const LogRow *last = &log.rows[log.count - 1];
    run->epochs = last->epoch;
    run->accuracy = last->test_accuracy;
    run->images = (double)last->step * run->options->batch;
    log_free(&log);

    const char *end = strrchr(bench->pytorch, '/');
    path = arena_printf(arena, "%.*s/pytorch_%s.csv", end ? (int)(end - bench->pytorch) : 1,
                        end ? bench->pytorch : ".", run->recipe);
    if (access(path, F_OK) == 0) {
        log = log_read(path, INT_MAX);
        run->pytorch_accuracy = log.count > 0 ? log.rows[log.count - 1].test_accuracy : 0;
        log_free(&log);
    }
    return true;
}

static int find_runs(const Bench *bench, Arena *arena, Run runs[RECIPES]) {
    int count = 0;
    for (int i = 0; i < RECIPES; i++) {
        Run run = {.recipe = recipe_names[i], .options = &recipes[i]};
        if (!read_logs(bench, arena, &run))
            continue;
        find_speeds(bench->report, &run);
        runs[count++] = run;
    }
    return count;
}

static void report_run(const Bench *bench, const Run *run) {
    char percent[16];
    snprintf(percent, sizeof percent, "%.2f %%", 100 * run->accuracy);
    bool both = run->pytorch > 0;
    Measurement row = {.group = "accuracy", .name = run->recipe, .shape = percent, .unit = "s"};
    row.pass = "PyTorch";
    row.value = both ? run->images / run->pytorch : 0;
    if (both)
        report_add(bench->report, row);
    row.pass = "ours";
    row.value = run->images / run->ours;
    row.ratio = both ? run->ours / run->pytorch : 0;
    row.ratio_to = both ? "PyTorch" : NULL;
    report_add(bench->report, row);
}

static void add_row(Table *table, const Run *run) {
    char reaches[32] = "", theirs[32] = "missing", ratio[32] = "";
    if (run->pytorch_accuracy > 0)
        snprintf(reaches, sizeof reaches, "%.2f", 100 * run->pytorch_accuracy);
    if (run->pytorch > 0) {
        snprintf(theirs, sizeof theirs, "%.0f", run->images / run->pytorch);
        snprintf(ratio, sizeof ratio, "%.2f", run->ours / run->pytorch);
    }
    table_row(table, "%s | %s | %d | %.2f | %s | %.0f | %s | %s", run->recipe, run->model,
              run->epochs, 100 * run->accuracy, reaches, run->images / run->ours, theirs, ratio);
}

/* How PyTorch trains by the recipe; what the script cannot do is left out. */
static void print_command(const Bench *bench, const Run *run) {
    const TrainerOptions *options = run->options;
    const Augmentation *augmentation = &options->augmentation;
    bool differs = options->schedule.kind != SCHEDULE_ONE_CYCLE || !options->nesterov ||
                   augmentation->shift > 0 || augmentation->erasing > 0 || options->average > 0;
    if (differs)
        return;
    const Schedule *schedule = &options->schedule;
    printf("%s tests/bench/pytorch_train.py --model %s --epochs %d --batch %d", bench->python,
           options->model_name, options->epochs, options->batch);
    printf(" --learning-rate %g --warmup %g --momentum %g --weight-decay %g",
           (double)schedule->peak, (double)schedule->warmup, (double)options->momentum,
           (double)options->weight_decay);
    if (options->muon > 0)
        printf(" --muon %g", (double)options->muon);
    if (options->label_smoothing > 0)
        printf(" --label-smoothing %g", (double)options->label_smoothing);
    if (augmentation->flip || augmentation->alternate)
        printf(augmentation->alternate ? " --alternate" : " --flip");
    if (options->keep > 0)
        printf(" --keep %g --hard %g", (double)options->keep, (double)options->hard);
    if (options->eval_flip || options->eval_shift)
        printf(options->eval_shift ? " --eval-shift" : " --eval-flip");
    printf(" > tests/bench/pytorch_%s.csv\n", run->recipe);
}

/* A log's columns: 2 steps, 8 test accuracy. */
static const char script[] =
    "set datafile separator ','\n"
    "set logscale x\n"
    "set xlabel 'seconds of training steps, without evaluation and the preparation of batches'\n"
    "set ylabel 'test accuracy, %'\n"
    "set yrange [85:96]\n"
    "set grid xtics linecolor rgb '#e5e5e5'\n"
    "set border 3\n"
    "set tics nomirror\n"
    "set ytics (85, 87.5, 90, 92.5, 94, 95, 95.6)\n"
    "do for [percent in '94 95 95.6'] {\n"
    "    set arrow from graph 0, first percent + 0 to graph 1, first percent + 0 nohead \\\n"
    "        dashtype 2 linecolor rgb '#999999'\n"
    "}\n"
    "set key outside Left reverse\n"
    "file(i) = logs . '/' . word(recipes, i) . '.csv'\n"
    "count = words(recipes)\n"
    "plot for [i = 1:count] file(i) skip 1 using ($2 * word(ours, i)):(100 * $8) \\\n"
    "         with linespoints linewidth 2 pointtype 8 - i pointsize 0.8 \\\n"
    "         linecolor rgb '#0072b2' title word(recipes, i) . ', this library', \\\n"
    "     for [i = 1:word(pytorch, 1) > 0 ? count : 0] file(i) skip 1 \\\n"
    "         using ($2 * word(pytorch, i)):(100 * $8) \\\n"
    "         with linespoints linewidth 2 pointtype 8 - i pointsize 0.8 \\\n"
    "         linecolor rgb '#d55e00' title word(recipes, i) . \", at PyTorch's speed\"\n";

/* Seconds a step, of each run: words for gnuplot. */
static void assign_steps(FILE *source, const char *name, const Run *runs, int count, bool pytorch) {
    fprintf(source, "%s = '", name);
    for (int i = 0; i < count; i++) {
        double speed = pytorch ? runs[i].pytorch : runs[i].ours;
        fprintf(source, "%g ", speed > 0 ? runs[i].options->batch / speed : 0);
    }
    fputs("'\n", source);
}

static void draw(const Bench *bench, const Run *runs, int count) {
    const Measurement *processor = report_next(bench->report, NULL, "machine", "processor", NULL);
    FILE *source = gnuplot_script(1100, 620, "sans,13");
    gnuplot_assign(source, "logs", bench->logs);
    gnuplot_assign(source, "machine", processor ? processor->shape : "");
    fprintf(source, "threads = %g\n", processor ? processor->value : 0);
    assign_steps(source, "ours", runs, count, false);
    assign_steps(source, "pytorch", runs, count, true);
    fputs("recipes = '", source);
    for (int i = 0; i < count; i++)
        fprintf(source, "%s ", runs[i].recipe);
    fputs("'\nset title sprintf('Fashion-MNIST; %s, threads: %d', machine, threads)\n", source);
    fputs(script, source);
    gnuplot_draw(source, bench->out, "accuracy.png");
}

static const char explanation[] =
    "Each recipe's images, by its kept log, at the speed of this machine's races: the seconds of\n"
    "training steps alone, without evaluation and the preparation of batches, on both sides.\n"
    "make speedrun takes whole trainings. What PyTorch reaches, its own kept logs say, made by\n";

void bench_accuracy(const Bench *bench) {
    Arena *arena = arena_new();
    Run runs[RECIPES];
    int count = find_runs(bench, arena, runs);
    require(count > 0,
            "%s: has no recipe's log, such as quick.csv; name another folder with --logs",
            bench->logs);
    report_remove(bench->report, "accuracy");
    Table *table = table_new("recipe | model | epochs | test accuracy % | PyTorch's % | ours s | "
                             "PyTorch s | ratio");
    for (int i = 0; i < count; i++) {
        add_row(table, &runs[i]);
        report_run(bench, &runs[i]);
    }
    puts("\nTime to accuracy");
    table_print(table);
    fputs(explanation, stdout);
    for (int i = 0; i < count; i++)
        print_command(bench, &runs[i]);
    draw(bench, runs, count);
    arena_free(arena);
}
