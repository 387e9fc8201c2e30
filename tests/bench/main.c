/* The benchmark: what the machine can do, the kernels, and whole steps beside PyTorch's and
 * ONNX Runtime's. Writes bench.csv, roofline.png, growth.png and accuracy.png. As "bench step ..."
 * it is its own worker: step.h. */
#include "base/options.h"
#include "sections.h"
#include "show/picture.h"
#include "step.h"

#include <stdio.h>
#include <string.h>

typedef enum Section {
    MACHINE,
    KERNELS,
    LADDER,
    TWINS,
    PASSES,
    STEPS,
    PROCESSES,
    GROWTH,
    ACCURACY,
    SECTIONS
} Section;

typedef struct Options {
    bool quick;
    Section only; /* SECTIONS: all */
    const char *out, *mpi, *python, *pytorch, *onnx_runtime, *logs;
} Options;

static const char *const section_names[] = {"machine", "kernels",   "ladder", "twins",    "passes",
                                            "steps",   "processes", "growth", "accuracy", NULL};
static void (*const sections[SECTIONS])(const Bench *bench) = {
    NULL,        bench_kernels,   bench_ladder, bench_twins,   bench_passes,
    bench_steps, bench_processes, bench_growth, bench_accuracy};

static const Option rows[] = {
    {"quick", 'q', NULL, FLAG_AT(Options, quick), "fewer models and samples: within a minute"},
    {"only", 'o', "SECTION", CHOICE_AT(Options, only, section_names),
     "machine, kernels, ladder, twins, passes, steps, processes, growth, or accuracy, which goes "
     "by "
     "the bench.csv of an earlier run"},
    {"out", 'd', "DIR", TEXT_AT(Options, out),
     "where bench.csv and the pictures go (default build)"},
    {"mpi", 'm', "PROGRAM", TEXT_AT(Options, mpi),
     "this program as MPI=1 builds it (default build/mpi/tests/bench)"},
    {"python", 'p', "PROGRAM", TEXT_AT(Options, python),
     "a Python that has PyTorch (default /usr/bin/python3)"},
    {"pytorch", 's', "SCRIPT", TEXT_AT(Options, pytorch), "default tests/bench/pytorch_bench.py"},
    {"onnx-runtime", 'r', "DIR", TEXT_AT(Options, onnx_runtime),
     "the folder of the package onnxruntime-node (default where make setup installs it)"},
    {"logs", 'l', "DIR", TEXT_AT(Options, logs),
     "where basic.csv, quick.csv, medium.csv and long.csv are (default chapters/08_training)"},
    ROWS(thread_rows),
    {0}};

static bool wanted(const Options *options, Section section) {
    return options->only == SECTIONS || options->only == section;
}

int main(int count, char **arguments) {
    if (count > 1 && strcmp(arguments[1], "step") == 0)
        return step_main(count - 1, arguments + 1);
    Options options = {.only = SECTIONS,
                       .out = "build",
                       .mpi = "build/mpi/tests/bench",
                       .python = "/usr/bin/python3",
                       .pytorch = "tests/bench/pytorch_bench.py",
                       .onnx_runtime = "build/onnxruntime/node_modules/onnxruntime-node",
                       .logs = "chapters/08_training"};
    options_read(
        rows,
        "Measures the kernels against the machine's peak, and whole steps against PyTorch and "
        "ONNX Runtime.",
        count, arguments, &options);
    Bench bench = {.quick = options.quick,
                   .effort = options.quick ? (Effort){3, 0.01} : (Effort){7, 0.05},
                   .turn_seconds = options.quick ? 0.25 : 0.5,
                   .out = options.out,
                   .program = arguments[0],
                   .mpi_program = options.mpi,
                   .python = options.python,
                   .pytorch = options.pytorch,
                   .onnx_runtime = options.onnx_runtime,
                   .logs = options.logs};
    char csv[PICTURE_PATH];
    picture_path(csv, options.out, "bench.csv");
    bool measures = options.only != ACCURACY;
    bench.report = measures ? report_new() : report_read(csv);
    if (measures)
        bench_machine(&bench);
    for (Section section = MACHINE; section < SECTIONS; section++)
        if (sections[section] && wanted(&options, section)) {
            sections[section](&bench);
            report_write(bench.report, csv); /* so that a later section's end loses nothing */
        }
    report_write(bench.report, csv);
    report_free(bench.report);
    printf("\ntable: %s\n", csv);
    if (wanted(&options, KERNELS))
        draw_roofline(&bench.machine, csv, options.out);
    return 0;
}
