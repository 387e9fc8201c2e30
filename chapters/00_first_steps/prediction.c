#include "prediction.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/integers.h"
#include "base/memory.h"
#include "show/gnuplot.h"

enum { SHOWN = 2, WIDTH = 1000, ROW_HEIGHT = 300 };

static const int shown[SHOWN] = {0, 4};

/* The image's first channel, dark to light, as the gnuplot table $image<panel>. */
static void write_image(FILE *script, const Dataset *dataset, int number, int panel) {
    size_t row_bytes = (size_t)dataset->width * dataset->channels;
    const unsigned char *pixels = dataset->images + number * (size_t)dataset->height * row_bytes;
    fprintf(script, "$image%d << END\n", panel);
    for (int y = dataset->height - 1; y >= 0; y--) {
        for (int x = 0; x < dataset->width; x++)
            fprintf(script, "%d ", pixels[y * row_bytes + (size_t)x * dataset->channels]);
        putc('\n', script);
    }
    fputs("END\n", script);
}

/* Lines "logit probability" as the gnuplot table $classes<panel>. */
static void write_classes(FILE *script, const float *logits, int classes, int panel) {
    double sum = 0;
    for (int k = 0; k < classes; k++)
        sum += exp((double)logits[k]);
    fprintf(script, "$classes%d << END\n", panel);
    for (int k = 0; k < classes; k++)
        fprintf(script, "%g %g\n", (double)logits[k], exp((double)logits[k]) / sum);
    fputs("END\n", script);
}

static void write_panels(FILE *script, const Dataset *dataset, int panel) {
    int number = min_int(shown[panel], dataset->count - 1), last = dataset->classes - 1;
    char title[CLASS_NAME + 32];
    snprintf(title, sizeof title, "test image %d: %s", number,
             dataset->class_names[dataset->labels[number]]);
    gnuplot_set(script, "title", title);
    fprintf(script,
            "set palette gray\nunset colorbox\nset size ratio -1\nunset tics\n"
            "set autoscale x\nset autoscale y\n"
            "plot $image%d matrix with image notitle\nset size noratio\nset tics\n"
            "set yrange [%d.6:-0.6]\nset autoscale x\nset yzeroaxis linetype -1\nset xtics 2\nset "
            "title 'logits'\n"
            "set ytics (",
            panel, last);
    for (int k = 0; k <= last; k++) {
        gnuplot_tic(script, dataset->class_names[k], k);
        fputs(k < last ? ", " : ")\n", script);
    }
    fprintf(script,
            "plot $classes%d using 1:0:(0):1:($0-0.35):($0+0.35) with boxxyerror notitle\n"
            "set xrange [0:1]\nset xtics 0.2\nset title 'probabilities, by softmax'\n"
            "plot $classes%d using 2:0:(0):2:($0-0.35):($0+0.35) with boxxyerror notitle\n",
            panel, panel);
}

void prediction_draw(const DenseNetwork *network, const Dataset *dataset, const char *out) {
    const Network *evaluation = &network->evaluation;
    BatchSource *source = dense_network_batches(dataset, EVALUATION_BATCH, 0);
    float *images = memory_new(batch_source_floats(source), sizeof(float));
    float labels[EVALUATION_BATCH];
    float *logits = memory_new((size_t)EVALUATION_BATCH * dataset->classes, sizeof(float));
    batch_source_next(source, images, labels);
    tensor_write(evaluation->images, images);
    tensor_write(evaluation->labels, labels);
    graph_forward(evaluation->graph);
    tensor_read(evaluation->logits, logits);

    FILE *script = gnuplot_script(WIDTH, SHOWN * ROW_HEIGHT, "Sans,11");
    for (int panel = 0; panel < SHOWN; panel++) {
        int number = min_int(shown[panel], dataset->count - 1);
        write_image(script, dataset, number, panel);
        write_classes(script, logits + number * dataset->classes, dataset->classes, panel);
    }
    fprintf(script,
            "set multiplot layout %d,3\nset style fill solid 0.8 noborder\n"
            "set linetype 1 linecolor rgb '#0072b2'\nset border 3\nset tics nomirror\n",
            SHOWN);
    for (int panel = 0; panel < SHOWN; panel++)
        write_panels(script, dataset, panel);
    fputs("unset multiplot\n", script);
    gnuplot_draw(script, out, "00_prediction.png");
    free(images);
    free(logits);
    batch_source_free(source);
}
