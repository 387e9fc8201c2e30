#include "pictures.h"

#include "base/memory.h"
#include "show/chart.h"
#include "show/gnuplot.h"
#include "show/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- schedules ---- */

enum { SCHEDULES = 4, STEPS = 60 };

void draw_schedules(const char *out) {
    static const struct {
        const char *name;
        Schedule schedule;
    } plans[SCHEDULES] = {{"constant", {SCHEDULE_CONSTANT, 0.2f, 0}},
                          {"steps", {SCHEDULE_STEPS, 0.2f, 0}},
                          {"cosine, warm-up 0.05", {SCHEDULE_COSINE, 0.2f, 0.05f}},
                          {"one-cycle, warm-up 0.25", {SCHEDULE_ONE_CYCLE, 0.2f, 0.25f}}};
    double rates[SCHEDULES][STEPS];
    ChartLine lines[SCHEDULES];
    for (int i = 0; i < SCHEDULES; i++) {
        for (int step = 0; step < STEPS; step++)
            rates[i][step] = learning_rate_at(&plans[i].schedule, step, STEPS);
        lines[i] =
            (ChartLine){.title = plans[i].name, .values = rates[i], .count = STEPS, .colour = i};
    }
    chart_draw(&(Chart){lines, SCHEDULES, "Four schedules with the peak 0.2", "step",
                        "learning rate", false},
               out, "08_schedules.png");
}

/* ---- a valley ---- */

enum { AXES = 2, VALLEY_STEPS = 30, WAYS = 2 };

static const float curvatures[AXES] = {1, 50}; /* along the valley, and across it */
static const float start[AXES] = {-10, 1}, VALLEY_RATE = 0.036f;
static const float momenta[WAYS] = {0, 0.8f};

/* The places of a descent from the start, as a gnuplot table. */
static void write_way(FILE *script, int number) {
    float place[AXES], velocity[AXES] = {0}, gradient[AXES];
    memcpy(place, start, sizeof place);
    fprintf(script, "$way%d << END\n", number);
    for (int step = 0; step <= VALLEY_STEPS; step++) {
        fprintf(script, "%g %g\n", (double)place[0], (double)place[1]);
        for (int axis = 0; axis < AXES; axis++)
            gradient[axis] = curvatures[axis] * place[axis];
        sgd_momentum_step(AXES, (SgdOptions){VALLEY_RATE, momenta[number], false}, 0, gradient,
                          place, velocity);
    }
    fputs("END\n", script);
}

void draw_valley(const char *out) {
    FILE *script = gnuplot_script(900, 560, "Sans,12");
    for (int i = 0; i < WAYS; i++)
        write_way(script, i);
    fprintf(script,
            "loss(x, y) = (%g * x**2 + %g * y**2) / 2\n"
            "set contour base\nunset surface\nset isosamples 200\nset samples 200\n"
            "set cntrparam levels discrete 0.5, 3, 10, 25, 50, 75\nset table $contours\n"
            "splot [-12:4] [-2:2] loss(x, y)\nunset table\nunset contour\n"
            "set multiplot layout 2,1\nset border 3\nset tics nomirror\nunset key\n"
            "set xrange [-11:3]\nset yrange [-1.6:1.6]\n",
            (double)curvatures[0], (double)curvatures[1]);
    for (int i = 0; i < WAYS; i++)
        fprintf(script,
                "set title 'momentum %g: %d steps with the rate %g'\n"
                "plot $contours with lines linecolor rgb '#b0b0b0', "
                "$way%d with linespoints linewidth 2 pointtype 7 pointsize 0.7 linecolor rgb '%s', "
                "'+' using (0):(0) every ::0::0 with points pointtype 2 pointsize 2 linewidth 2 "
                "linecolor rgb 'black'\n",
                (double)momenta[i], VALLEY_STEPS, (double)VALLEY_RATE, i,
                (const char *[]){"#d55e00", "#0072b2"}[i]);
    fputs("unset multiplot\n", script);
    gnuplot_draw(script, out, "08_valley.png");
}

/* ---- Muon ---- */

enum { DIRECTIONS = 10 };

void draw_muon(const char *out) {
    double before[DIRECTIONS], after[DIRECTIONS];
    float step[DIRECTIONS * DIRECTIONS] = {0}; /* diagonal: its numbers are the singular values */
    for (int i = 0; i < DIRECTIONS; i++)
        before[i] = step[i * DIRECTIONS + i] = ldexpf(1, -i);
    orthogonalize(DIRECTIONS, DIRECTIONS, step);
    for (int i = 0; i < DIRECTIONS; i++)
        after[i] = step[i * DIRECTIONS + i];
    ChartLine lines[] = {{.title = "velocity", .values = before, .count = DIRECTIONS},
                         {.title = "step", .values = after, .count = DIRECTIONS, .colour = 1}};
    chart_draw(&(Chart){lines, 2, "Ten directions of a kernel", "direction",
                        "length (singular value)", true},
               out, "08_muon.png");
}

/* ---- augmentation ---- */

enum { IN_A_ROW = 4, MOST_EPOCHS = 100 };

static void add_image(Sheet *sheet, const Dataset *image, const float *values,
                      const char *caption) {
    sheet_add(sheet,
              (SheetPicture){.values = values,
                             .height = image->height,
                             .width = image->width,
                             .channels = image->channels,
                             .colours = image->channels == 3 ? SHEET_RGB : SHEET_GREY},
              "%s", caption);
}

static BatchSource *source_of(const Dataset *image, Augmentation augmentation, uint64_t seed) {
    static const float mean[DATASET_MAX_CHANNELS] = {0},
                       deviation[DATASET_MAX_CHANNELS] = {1, 1, 1};
    return batch_source_new(image, (BatchOptions){.batch = 1,
                                                  .augmentation = augmentation,
                                                  .seed = seed,
                                                  .mean = mean,
                                                  .deviation = deviation});
}

/* The image in the first `count` epochs that change it. */
static void add_changed(Sheet *sheet, const Dataset *image, Augmentation augmentation,
                        uint64_t seed, int count, const char *caption) {
    BatchSource *plain = source_of(image, (Augmentation){0}, seed);
    BatchSource *source = source_of(image, augmentation, seed);
    size_t floats = batch_source_floats(source);
    float *before = memory_new(floats, sizeof(float)), *after = memory_new(floats, sizeof(float));
    float label;
    batch_source_start(plain, 0);
    batch_source_next(plain, before, &label);
    if (count == 0)
        add_image(sheet, image, before, caption);
    for (int epoch = 1; count > 0 && epoch < MOST_EPOCHS; epoch++) {
        batch_source_start(source, epoch);
        batch_source_next(source, after, &label);
        if (memcmp(before, after, floats * sizeof(float)) == 0)
            continue;
        add_image(sheet, image, after, caption);
        count--;
    }
    free(before);
    free(after);
    batch_source_free(plain);
    batch_source_free(source);
}

void draw_augmentation(const Dataset *training, uint64_t seed, const char *out) {
    static const Augmentation flip = {.flip = true}, shift = {.shift = 4}, erasing = {.erasing = 1};
    static const Augmentation all = {.flip = true, .shift = 2, .erasing = 0.25f};
    Dataset image = *training;
    image.count = 1;
    Sheet *sheet = sheet_new("One image, as a network sees it in training");
    add_changed(sheet, &image, flip, seed, 0, "as it is");
    add_changed(sheet, &image, flip, seed, 1, "--flip");
    add_changed(sheet, &image, shift, seed, 1, "--shift 4");
    add_changed(sheet, &image, erasing, seed, 1, "--erasing 1");
    sheet_next_row(sheet);
    add_changed(sheet, &image, all, seed, IN_A_ROW, "--flip --shift 2\n--erasing 0.25");
    sheet_write(sheet, out, "08_augmentation.png");
}
