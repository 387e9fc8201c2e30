/* Which whole steps are measured, and what is said of them. */
#include "race.h"

#include "base/memory.h"
#include "show/table.h"

#include <stdlib.h>
#include <string.h>

static const Race races[] = {
    {{20, 28, 1, 10, 128}, .is_training = true, .speed_target = 2.5, .memory_target = 0.4},
    {{8, 28, 1, 10, 128}, .is_training = true},
    {{18, 28, 1, 10, 128}, .is_training = true, .speed_target = 2.8, .memory_target = 0.4},
    {{20, 28, 1, 10, 128}, .is_training = false, .speed_target = 2.5, .onnx_runtime_target = 2},
    {{18, 28, 1, 10, 128}, .is_training = false, .speed_target = 2.5, .onnx_runtime_target = 2},
    {{18, 96, 1, 10, 64}, .is_training = true, .speed_target = 2.4, .memory_target = 0.4},
    {{18, 96, 1, 10, 64}, .is_training = false},
    {{50, 224, 3, 1000, 1}, .is_training = false, .speed_target = 2.5, .onnx_runtime_target = 1.2},
};
enum { RACES = sizeof races / sizeof races[0], QUICK_RACES = 4 };

static const double scaling_target = 0.95;       /* of the number of threads */
static const double format_target = 1.2;         /* at most, time of channels_first to last */
static const double memory_passes_target = 0.25; /* at most, of a training step */

typedef struct RaceText {
    const char *group;
    char model[SETTING_TEXT], shape[SETTING_TEXT];
} RaceText;

static RaceText race_text(const Race *race) {
    RaceText text = {.group = race->is_training ? "train" : "infer"};
    setting_model(&race->setting, text.model);
    setting_shape(&race->setting, text.shape);
    return text;
}

static double images_per_second(const Race *race, Contestant contestant) {
    return race->setting.batch / race->median[contestant];
}

/* A number if there is one, else an empty cell. */
typedef struct Cell {
    char text[16];
} Cell;

static Cell cell(const char *format, double number) {
    Cell result = {""};
    if (number != 0)
        snprintf(result.text, sizeof result.text, format, number);
    return result;
}

/* The plain algorithm's operations of a step, a second, as a part of the peak. */
static double part_of_peak(const Bench *bench, const Race *race, Contestant contestant) {
    MultiplyAdds sum = setting_multiply_adds(&race->setting);
    double operations = 2 * (sum.forward + (race->is_training ? sum.backward : 0));
    return operations / race->median[contestant] * 1e-9 / bench->machine.peak;
}

/* Our speed beside another's; cells are empty where that one does not race. */
typedef struct Comparison {
    Cell theirs, ratio, target;
} Comparison;

static Comparison compare_speeds(const Race *race, Side side, Contestant contestant,
                                 double target) {
    Comparison comparison = {.target = cell("%.1f", target)};
    if (race->has[side]) {
        comparison.theirs = cell("%.1f", images_per_second(race, contestant));
        comparison.ratio = cell("%.2f", race_ratio(race, contestant, OURS));
    } else if (race->says[side][0]) {
        comparison.theirs = (Cell){"missing"};
    }
    return comparison;
}

static void print_speed(const Bench *bench, const Race *race, Table *table) {
    RaceText text = race_text(race);
    Comparison pytorch = compare_speeds(race, PYTORCH_SIDE, race->pytorch, race->speed_target);
    Comparison onnx_runtime =
        compare_speeds(race, ONNX_RUNTIME_SIDE, ONNX_RUNTIME, race->onnx_runtime_target);
    Cell part = {""};
    const char *layout = "";
    if (race->has[PYTORCH_SIDE]) {
        part = cell("%.0f", 100 * part_of_peak(bench, race, race->pytorch));
        layout = race->pytorch == PYTORCH ? "contiguous" : "channels_last";
    }
    table_row(table, "%s %s | %s | %.1f | %.0f | %s | %s | %s | %s | %s | %s | %s | %s", text.group,
              text.model, text.shape, images_per_second(race, OURS),
              100 * part_of_peak(bench, race, OURS), pytorch.theirs.text, part.text, layout,
              pytorch.ratio.text, pytorch.target.text, onnx_runtime.theirs.text,
              onnx_runtime.ratio.text, onnx_runtime.target.text);
}

static void report_speeds(const Bench *bench, const Race *race) {
    RaceText text = race_text(race);
    for (int i = 0; i < CONTESTANTS; i++) {
        char contestant[SETTING_TEXT];
        if (race->median[i] == 0)
            continue;
        Measurement row = {.group = text.group,
                           .name = text.model,
                           .shape = text.shape,
                           .pass = contestant_text(bench, i, contestant),
                           .value = images_per_second(race, i),
                           .unit = "img/s"};
        if (race->has[PYTORCH_SIDE] && i < PYTORCH) {
            row.ratio = race_ratio(race, race->pytorch, i);
            row.ratio_to = "PyTorch";
            row.target = i == OURS ? race->speed_target : 0;
        }
        report_add(bench->report, row);
    }
    if (race->has[ONNX_RUNTIME_SIDE])
        report_add(bench->report, (Measurement){.group = text.group,
                                                .name = text.model,
                                                .shape = text.shape,
                                                .pass = "all threads",
                                                .ratio = race_ratio(race, ONNX_RUNTIME, OURS),
                                                .ratio_to = "ONNX Runtime",
                                                .target = race->onnx_runtime_target});
}

static void print_threads(const Bench *bench, const Race *race, Table *table) {
    RaceText text = race_text(race);
    double scaling = race_ratio(race, OURS_ONE, OURS), format = race_ratio(race, OURS_FIRST, OURS);
    double wanted = scaling_target * bench->machine.threads;
    table_row(table, "%s %s | %s | %.1f | %.1f | %.2f | %.2f | %.1f | %.2f | %.1f", text.group,
              text.model, text.shape, images_per_second(race, OURS_ONE),
              images_per_second(race, OURS), scaling, wanted, images_per_second(race, OURS_FIRST),
              format, format_target);
    Measurement row = {.group = text.group, .name = text.model, .shape = text.shape};
    row.pass = "all threads";
    row.ratio = scaling;
    row.ratio_to = "one thread";
    row.target = wanted;
    report_add(bench->report, row);
    row.pass = "time of channels_first";
    row.ratio = format;
    row.ratio_to = "channels_last";
    row.target = format_target;
    report_add(bench->report, row);
}

static void print_memory(const Bench *bench, const Race *race, Table *table) {
    RaceText text = race_text(race);
    /* values, and in training gradients and momentum: nobody can do without */
    double needed = (race->is_training ? 3 : 1) * sizeof(float) * race->parameters;
    double ours = race->peak_bytes[OURS], theirs = race->peak_bytes[race->pytorch];
    double ratio = race->has[PYTORCH_SIDE] ? (ours - needed) / (theirs - needed) : 0;
    table_row(table, "%s %s | %s | %.1f | %.1f | %.1f | %s | %s | %s | %s", text.group, text.model,
              text.shape, needed * 1e-6, race->graph_bytes * 1e-6, ours * 1e-6,
              race->has[PYTORCH_SIDE] ? cell("%.1f", theirs * 1e-6).text : "missing",
              cell("%.2f", ratio).text, cell("%.1f", race->memory_target).text,
              cell("%.1f", race->peak_bytes[ONNX_RUNTIME] * 1e-6).text);
    Measurement row = {.group = "memory", .name = text.model, .shape = text.shape, .unit = "MB"};
    for (int i = 0; i < CONTESTANTS; i++) {
        char contestant[SETTING_TEXT], pass[2 * SETTING_TEXT];
        if (race->median[i] == 0)
            continue;
        contestant_text(bench, i, contestant);
        snprintf(pass, sizeof pass, "%s %s", text.group, contestant);
        row.pass = pass;
        row.value = race->peak_bytes[i] * 1e-6;
        row.ratio = i == OURS ? ratio : 0;
        row.ratio_to = i == OURS && race->has[PYTORCH_SIDE] ? "PyTorch beyond parameters" : NULL;
        row.target = i == OURS ? race->memory_target : 0;
        report_add(bench->report, row);
    }
}

static void report_operation(const Bench *bench, const Race *race, const char *operation,
                             double seconds) {
    RaceText text = race_text(race);
    char name[2 * SETTING_TEXT];
    snprintf(name, sizeof name, "%s %s", text.group, text.model);
    report_add(bench->report, (Measurement){.group = "profile",
                                            .name = name,
                                            .shape = text.shape,
                                            .pass = operation,
                                            .value = 1e3 * seconds,
                                            .unit = "ms",
                                            .ratio = seconds / race->profiled_seconds,
                                            .ratio_to = "step"});
}

static bool multiplies(const char *operation) {
    return strcmp(operation, "conv2d") == 0 || strcmp(operation, "dense") == 0;
}

static void print_profile(const Bench *bench, const Race *race) {
    RaceText text = race_text(race);
    printf("\nTime of a step: %s %s %s\n", text.group, text.model, text.shape);
    Table *table = table_new("operation | forward ms | backward ms | share %");
    double rest = race->profiled_seconds, passes = race->profiled_seconds;
    for (int i = 0; i < race->num_operations; i++) {
        const OperationTime *time = &race->operations[i];
        double both = time->forward + time->backward;
        rest -= both;
        passes -= multiplies(time->name) ? both : 0;
        table_row(table, "%s | %.2f | %.2f | %.1f", time->name, 1e3 * time->forward,
                  1e3 * time->backward, 100 * both / race->profiled_seconds);
        report_operation(bench, race, time->name, both);
    }
    const char *rest_name = race->is_training ? "update and the rest" : "the rest";
    table_row(table, "%s | | %.2f | %.1f", rest_name, 1e3 * rest,
              100 * rest / race->profiled_seconds);
    report_operation(bench, race, rest_name, rest);
    table_print(table);
    printf("  all but conv2d and dense: %.0f %%", 100 * passes / race->profiled_seconds);
    if (race->is_training)
        printf(" (target: under %.0f %%)", 100 * memory_passes_target);
    putchar('\n');
}

/* The version, or why it is missing: as the first race has it to which that side was asked. */
static void print_version(const Bench *bench, const Race *results, int count, Side side,
                          const char *name) {
    int at = 0;
    while (at < count - 1 && !results[at].says[side][0])
        at++;
    printf("%s: %s\n", name, results[at].says[side]);
    if (results[at].has[side])
        report_add(
            bench->report,
            (Measurement){.group = "machine", .name = name, .shape = results[at].says[side]});
}

static void print_races(const Bench *bench, const Race *results, int count) {
    Table *speed = table_new("step | images | ours img/s | % of peak | PyTorch img/s | % of peak | "
                             "its layout | ratio | target | ONNX Runtime img/s | ratio | target");
    Table *threads = table_new("step | images | 1 thread img/s | all img/s | ratio | target | "
                               "channels_first img/s | time to last's | at most");
    Table *memory = table_new("step | images | needed MB | graph MB | ours MB | PyTorch MB | "
                              "ratio beyond needed | at most | ONNX Runtime MB");
    for (int i = 0; i < count; i++) {
        report_speeds(bench, &results[i]);
        print_speed(bench, &results[i], speed);
        print_threads(bench, &results[i], threads);
        print_memory(bench, &results[i], memory);
    }
    printf("\nWhole steps. Threads: %d\n", bench->machine.threads);
    print_version(bench, results, count, PYTORCH_SIDE, "PyTorch");
    print_version(bench, results, count, ONNX_RUNTIME_SIDE, "ONNX Runtime");
    table_print(speed);
    puts("\nThreads and data formats");
    table_print(threads);
    puts("\nPeak memory over what the process held before the model was built. Needed: parameters,"
         "\nin training their gradients and momentum too.");
    table_print(memory);
    for (int i = 0; i < count; i++)
        print_profile(bench, &results[i]);
}

void bench_steps(const Bench *bench) {
    int count = bench->quick ? QUICK_RACES : RACES;
    Race *results = memory_new(RACES, sizeof *results);
    memcpy(results, races, sizeof races);
    for (int i = 0; i < count; i++) {
        RaceText text = race_text(&results[i]);
        fprintf(stderr, "%s %s %s: ", text.group, text.model, text.shape);
        race_run(bench, &results[i]);
        fprintf(stderr, "%.1f img/s", images_per_second(&results[i], OURS));
        if (results[i].has[PYTORCH_SIDE])
            fprintf(stderr, ", PyTorch %.1f", images_per_second(&results[i], results[i].pytorch));
        if (results[i].has[ONNX_RUNTIME_SIDE])
            fprintf(stderr, ", ONNX Runtime %.1f", images_per_second(&results[i], ONNX_RUNTIME));
        fputc('\n', stderr);
    }
    print_races(bench, results, count);
    free(results);
}
