#include "drawings.h"

#include "pieces/loops.h"
#include "show/gnuplot.h"

#include <stdio.h>

enum { KERNEL_SIZE = 3, TEXT = 256 };
enum {
    PLAIN = 0xffffff,
    PADDING = 0xe4e4e4,
    SEEN = 0xfff2b3,
    ACTIVE = 0xffd24d,
    OUTPUT = 0xcfe3f7
};

/* ---- squares with numbers, whose middles are whole numbers ---- */

static FILE *drawing(int width, int height, int columns, int rows) {
    FILE *script = gnuplot_script(width, height, "Sans,12");
    fprintf(script,
            "unset border\nunset tics\nunset key\nset margins 0, 0, 0, 0\n"
            "set xrange [-0.7:%d.7]\nset yrange [%d.7:-0.7]\nset style fill solid 1 border "
            "linecolor rgb '#777777'\n$cells << END\n",
            columns - 1, rows - 1);
    return script;
}

static void cell(FILE *script, int row, int column, const char *text, int colour) {
    fprintf(script, "%d %d \"%s\" %d\n", column, row, text, colour);
}

static void number(FILE *script, int row, int column, float value, int colour) {
    char text[TEXT];
    snprintf(text, TEXT, "%g", (double)value);
    cell(script, row, column, text, colour);
}

static void end_cells(FILE *script) {
    fputs("END\n", script);
}

static void label(FILE *script, double row, double column, const char *text) {
    fprintf(script, "set label at %g, %g center ", column, row);
    gnuplot_text(script, text);
    putc('\n', script);
}

static void finish(FILE *script, const char *out, const char *name) {
    fputs("plot $cells using 1:2:(0.5):(0.5):4 with boxxyerror linecolor rgb variable, "
          "$cells using 1:2:3 with labels\n",
          script);
    gnuplot_draw(script, out, name);
}

/* ---- a window that slides ---- */

enum { SIDE = 4, PADDED = SIDE + 2, KERNEL_LEFT = PADDED + 1, OUTPUT_LEFT = KERNEL_LEFT + 4 };
enum { PLACE_ROWS = PADDED + 2, PLACES = 2 };

static const Conv2DShape square = {.batch = 1,
                                   .in_height = SIDE,
                                   .in_width = SIDE,
                                   .channels = 1,
                                   .out_height = SIDE,
                                   .out_width = SIDE,
                                   .filters = 1,
                                   .kernel_size = KERNEL_SIZE,
                                   .strides = 1,
                                   .pad_top = 1,
                                   .pad_left = 1};
static const float image[SIDE * SIDE] = {1, 2, 0, 0, 3, 5, 4, 0, 2, 6, 8, 1, 0, 1, 7, 2};
static const float across[KERNEL_SIZE * KERNEL_SIZE] = {-1, 0, 1, -2, 0, 2, -1, 0, 1};

static bool is_padding(int row, int column) {
    return row == 0 || column == 0 || row > SIDE || column > SIDE;
}

static float padded(int row, int column) {
    return is_padding(row, column) ? 0 : image[(row - 1) * SIDE + column - 1];
}

static bool is_seen(int row, int column, int y, int x) {
    return row >= y && row < y + KERNEL_SIZE && column >= x && column < x + KERNEL_SIZE;
}

/* Image, kernel, and the outputs up to (y, x). */
static void draw_place(FILE *script, int top, int y, int x, const float *outputs) {
    for (int row = 0; row < PADDED; row++)
        for (int column = 0; column < PADDED; column++)
            number(script, top + row, column, padded(row, column),
                   is_seen(row, column, y, x) ? SEEN
                   : is_padding(row, column)  ? PADDING
                                              : PLAIN);
    for (int tap = 0; tap < KERNEL_SIZE * KERNEL_SIZE; tap++)
        number(script, top + 1 + tap / KERNEL_SIZE, KERNEL_LEFT + tap % KERNEL_SIZE, across[tap],
               SEEN);
    for (int i = 0; i < SIDE * SIDE; i++) {
        int row = top + 1 + i / SIDE, column = OUTPUT_LEFT + i % SIDE, last = y * SIDE + x;
        if (i <= last)
            number(script, row, column, outputs[i], i == last ? ACTIVE : OUTPUT);
        else
            cell(script, row, column, "", PLAIN);
    }
}

/* "outputs(1, 2) = 2·(-1) + ... = -17": the products that are not with 0. */
static void sum_text(char text[TEXT], int y, int x, float sum) {
    int length = snprintf(text, TEXT, "outputs(%d, %d)", y, x), start = length;
    for (int tap = 0; tap < KERNEL_SIZE * KERNEL_SIZE; tap++) {
        float value = padded(y + tap / KERNEL_SIZE, x + tap % KERNEL_SIZE);
        if (value != 0 && across[tap] != 0)
            length += snprintf(text + length, (size_t)(TEXT - length),
                               across[tap] < 0 ? "%s%g·(%g)" : "%s%g·%g",
                               length == start ? " = " : " + ", (double)value, (double)across[tap]);
    }
    snprintf(text + length, (size_t)(TEXT - length), " = %g", (double)sum);
}

void draw_window(const char *out) {
    static const int places[PLACES][2] = {{0, 0}, {1, 2}};
    float outputs[SIDE * SIDE];
    conv2d_forward_loops(&square, image, across, NULL, outputs);
    FILE *script = drawing(750, 750, OUTPUT_LEFT + SIDE, PLACES * PLACE_ROWS - 1);
    for (int i = 0; i < PLACES; i++)
        draw_place(script, i * PLACE_ROWS, places[i][0], places[i][1], outputs);
    end_cells(script);
    for (int i = 0; i < PLACES; i++) {
        int y = places[i][0], x = places[i][1], top = i * PLACE_ROWS;
        char text[TEXT];
        sum_text(text, y, x, outputs[y * SIDE + x]);
        label(script, top + PADDED, (OUTPUT_LEFT + SIDE - 1) / 2.0, text);
        label(script, top + 2, KERNEL_LEFT - 1, "·");
        label(script, top + 2, KERNEL_LEFT + KERNEL_SIZE, "=");
        label(script, top, KERNEL_LEFT + 1, "kernel");
        label(script, top, OUTPUT_LEFT + 1.5, "outputs");
    }
    finish(script, out, "02_window.png");
}

/* ---- scatter and gather ---- */

enum { PIXELS = 3, PANEL = PIXELS + 3 };

/* What a convolution sees of a row if its kernel has other numbers in its middle row alone. */
static const Conv2DShape line = {.batch = 1,
                                 .in_height = 1,
                                 .in_width = PIXELS,
                                 .channels = 1,
                                 .out_height = 1,
                                 .out_width = PIXELS,
                                 .filters = 1,
                                 .kernel_size = KERNEL_SIZE,
                                 .strides = 1,
                                 .pad_top = 1,
                                 .pad_left = 1};
static const float middle_row[KERNEL_SIZE * KERNEL_SIZE] = {[3] = 1, [5] = -1};

/* From output x to pixel i, and the factor between them. */
static void arrow(FILE *script, int left, int x, int i) {
    float factor = middle_row[KERNEL_SIZE + i - x + 1];
    double from = left + x + 1, to = left + i + 1, middle = (from + to) / 2;
    bool is_left = middle < left + 2;
    fprintf(script,
            "set arrow from %g, 0.55 to %g, 2.4 filled linewidth 2 linecolor rgb '#d55e00'\n"
            "set label '·%g' at %g, 1.45 %s textcolor rgb '#d55e00'\n",
            from, to, (double)factor, middle + (is_left ? -0.15 : 0.1), is_left ? "right" : "left");
}

static void draw_panel(FILE *script, int left, const float *d_outputs, const float *d_inputs,
                       int active_output, int active_pixel) {
    for (int x = 0; x < PIXELS; x++)
        number(script, 0, left + x + 1, d_outputs[x],
               active_output < 0 || x == active_output ? ACTIVE : OUTPUT);
    for (int i = 0; i < PIXELS; i++)
        number(script, 3, left + i + 1, d_inputs[i],
               active_pixel < 0 || i == active_pixel ? SEEN : PLAIN);
}

void draw_gather(const char *out) {
    static const float d_outputs[PIXELS] = {1, 10, 100}, first_two[PIXELS] = {1, 10, 0};
    float scattered[PIXELS], gathered[PIXELS];
    conv2d_backward_inputs_loops(&line, first_two, middle_row, scattered);
    conv2d_backward_inputs_loops(&line, d_outputs, middle_row, gathered);
    FILE *script = drawing(900, 350, 2 * PANEL - 1, 5);
    draw_panel(script, 0, d_outputs, scattered, 1, -1);
    draw_panel(script, PANEL, d_outputs, gathered, -1, 1);
    end_cells(script);
    for (int i = 0; i < PIXELS; i++) {
        arrow(script, 0, 1, i);
        arrow(script, PANEL, i, 1);
    }
    for (int left = 0; left <= PANEL; left += PANEL) {
        label(script, 0, left - 0.1, "d_outputs");
        label(script, 3, left - 0.1, "d_inputs");
    }
    label(
        script, 4.1, 2,
        "Scatter: the middle output adds to each\npixel that it read; the third is still to come");
    label(script, 4.1, PANEL + 2,
          "Gather: the middle pixel adds up\nwhat each of its readers has for it");
    finish(script, out, "02_gather.png");
}
