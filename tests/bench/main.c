/* The benchmark: what the machine can do, the kernels, and whole steps beside PyTorch's. Writes
 * bench.csv, roofline.png and accuracy.png. As "bench step ..." it is its own worker: step.h. */
#include "base/options.h"
#include "sections.h"
#include "show/picture.h"
#include "step.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

typedef struct Options {
    bool quick;
    const char *only; /* one section's name; NULL: all */
    const char *out, *python, *pytorch, *logs;
} Options;

enum { MOST_THREADS = 1024 };

static const char *const section_names[] = {"machine", "kernels",  "twins", "passes",
                                            "steps",   "accuracy", NULL};
static void (*const sections[])(const Bench *bench) = {NULL,         bench_kernels, bench_twins,
                                                       bench_passes, bench_steps,   bench_accuracy};
enum { SECTIONS = sizeof sections / sizeof sections[0] };

static const struct argp_option option_list[] = {
    {"quick", 'q', NULL, 0, "fewer models and samples: within a minute", 0},
    {"only", 'o', "SECTION", 0,
     "machine, kernels, twins, passes, steps, or accuracy, which goes by the bench.csv of an "
     "earlier run",
     0},
    {"threads", 't', "N", 0, "number of threads (default: one for each processor)", 0},
    {"out", 'd', "DIR", 0, "where bench.csv and the pictures go (default build)", 0},
    {"python", 'p', "PROGRAM", 0, "a Python that has PyTorch (default /usr/bin/python3)", 0},
    {"pytorch", 's', "SCRIPT", 0, "default tests/bench/pytorch_bench.py", 0},
    {"logs", 'l', "DIR", 0, "where quick.csv and long.csv are (default chapters/08_training)", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    Options *options = state->input;
    switch (key) {
    case 'q':
        options->quick = true;
        return 0;
    case 'o':
        options->only = section_names[option_choice("--only", text, section_names)];
        return 0;
    case 't':
        omp_set_num_threads((int)option_integer("--threads", text, 1, MOST_THREADS));
        return 0;
    case 'd':
        options->out = text;
        return 0;
    case 'p':
        options->python = text;
        return 0;
    case 's':
        options->pytorch = text;
        return 0;
    case 'l':
        options->logs = text;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp parser = {
    .options = option_list,
    .parser = parse,
    .doc = "Measures the kernels against the machine's peak and whole steps against PyTorch."};

static bool wanted(const Options *options, const char *section) {
    return !options->only || strcmp(options->only, section) == 0;
}

int main(int count, char **arguments) {
    if (count > 1 && strcmp(arguments[1], "step") == 0)
        return step_main(count - 1, arguments + 1);
    Options options = {.out = "build",
                       .python = "/usr/bin/python3",
                       .pytorch = "tests/bench/pytorch_bench.py",
                       .logs = "chapters/08_training"};
    argp_parse(&parser, count, arguments, 0, NULL, &options);
    Bench bench = {.quick = options.quick,
                   .effort = options.quick ? (Effort){3, 0.01} : (Effort){7, 0.05},
                   .turn_seconds = options.quick ? 0.25 : 0.5,
                   .out = options.out,
                   .program = arguments[0],
                   .python = options.python,
                   .pytorch = options.pytorch,
                   .logs = options.logs};
    char csv[PICTURE_PATH];
    picture_path(csv, options.out, "bench.csv");
    bool measures = !options.only || !wanted(&options, "accuracy");
    bench.report = measures ? report_new() : report_read(csv);
    if (measures)
        bench_machine(&bench);
    for (int i = 0; i < SECTIONS; i++)
        if (sections[i] && wanted(&options, section_names[i]))
            sections[i](&bench);
    report_write(bench.report, csv);
    report_free(bench.report);
    printf("\ntable: %s\n", csv);
    if (wanted(&options, "kernels"))
        draw_roofline(&bench.machine, csv, options.out);
    return 0;
}
