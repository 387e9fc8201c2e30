/* Chapter 16: make it fast. Climbs from the textbook loops of a convolution to packed panels, rung
 * by rung, with the reader's own functions where they pass their tests, and sets each rung beside
 * what the machine can do. All is measured on one core. */
#include "base/options.h"
#include "kernels/peak.h"
#include "kernels/simd.h"
#include "ladder.h"
#include "picture.h"
#include "show/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { LAYERS = 2, MOST_IMAGES = 256, MOST_REPEATS = 1000 };

static const int channels[LAYERS] = {128, 256};

typedef struct Options {
    int images, repeats;
    const char *out;
    uint64_t seed;
} Options;

static const Option rows[] = {
    {"images", 0, "N", INTEGER_AT(Options, images, 1, MOST_IMAGES), "in the batch (default 8)"},
    {"repeats", 0, "N", INTEGER_AT(Options, repeats, 1, MOST_REPEATS),
     "rounds of measuring, of which the median counts (default 5)"},
    {"out", 0, "DIR", TEXT_AT(Options, out), "for the picture (default build/pictures)"},
    ROWS_AT(Options, seed, common_rows),
    {0}};

static const char about[] = "Measures a convolution from the textbook loops to packed panels, on "
                            "one core, beside the machine's peak.";

/* ---- what the machine can do ---- */

/* In turns, as the rungs are: the medians of `rounds` rounds. */
static void show_sums(int rounds) {
    const int counts[] = {1, 2, 4, 8};
    enum { COUNTS = sizeof counts / sizeof counts[0] };
    const Effort effort = {1, 0.01};
    double *samples = memory_new((size_t)(COUNTS + 1) * (size_t)rounds, sizeof *samples);
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < COUNTS; i++)
            samples[i * rounds + round] = peak_of_sums(effort, counts[i]);
        samples[COUNTS * rounds + round] = peak_measure(effort, 1);
    }
    double peak = median(samples + COUNTS * rounds, rounds);
    Table *table = table_new("sums | GFLOP/s | % of the peak");
    for (int i = 0; i < COUNTS; i++) {
        double speed = median(samples + i * rounds, rounds);
        table_row(table, "%d | %.1f | %.1f", counts[i], speed, 100 * speed / peak);
    }
    table_row(table, "enough | %.1f | 100.0", peak);
    printf("Multiply-adds to so many vectors of %d floats in registers, in turns:\n",
           VECTOR_FLOATS);
    table_print(table);
    free(samples);
}

/* ---- the rungs ---- */

static void show_rungs(const Ladder *ladder) {
    int size = ladder->options.channels;
    printf("\n%d images of %dx%dx%d, %dx%d, to %d filters; peak %.1f GFLOP/s, weights are read at "
           "%.0f GB/s:\n",
           ladder->options.images, LADDER_SIZE, LADDER_SIZE, size, LADDER_KERNEL, LADDER_KERNEL,
           size, ladder->peak, ladder->read);
    Table *table = table_new("rung | GFLOP/s | % of the peak | weights allow | times the loops");
    for (int rung = 0; rung < RUNGS; rung++)
        table_row(table, "%s | %.1f | %.1f | %.0f | %.1f", ladder_rungs[rung].name,
                  ladder->speed[rung], 100 * ladder->speed[rung] / ladder->peak,
                  ladder_memory_roof(ladder, rung), ladder->speed[rung] / ladder->speed[0]);
    table_print(table);
}

int main(int argc, char *argv[]) {
    Options options = {.images = 8, .repeats = 5, .out = "build/pictures", .seed = 1};
    options_read(rows, about, argc, argv, &options);
    show_sums(options.repeats);
    Ladder ladders[LAYERS];
    for (int i = 0; i < LAYERS; i++) {
        ladders[i] = ladder_climb(
            (LadderOptions){channels[i], options.images, options.repeats, options.seed});
        show_rungs(&ladders[i]);
    }
    picture_draw(ladders, LAYERS, options.out);
    return EXIT_SUCCESS;
}
