#include "confusion.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "show/gnuplot.h"
#include "show/table.h"

enum { MOST_COLUMNS = 20, PAIRS = 5, PICTURE_WIDTH = 900, PICTURE_HEIGHT = 760 };

static int count_at(const Confusion *confusion, int label, int prediction) {
    return confusion->counts[label * confusion->classes + prediction];
}

static int row_sum(const Confusion *confusion, int label) {
    int sum = 0;
    for (int k = 0; k < confusion->classes; k++)
        sum += count_at(confusion, label, k);
    return sum;
}

static int column_sum(const Confusion *confusion, int prediction) {
    int sum = 0;
    for (int k = 0; k < confusion->classes; k++)
        sum += count_at(confusion, k, prediction);
    return sum;
}

/* "98.1 %", or a dash if whole is 0. */
static const char *share(Arena *arena, int part, int whole) {
    return whole > 0 ? arena_printf(arena, "%.1f %%", 100.0 * part / whole) : "-";
}

static void print_table(const Confusion *confusion, Arena *arena) {
    bool with_counts = confusion->classes <= MOST_COLUMNS;
    const char *headings = "label";
    for (int k = 0; with_counts && k < confusion->classes; k++)
        headings = arena_printf(arena, "%s | %d", headings, k);
    Table *table = table_new(arena_printf(arena, "%s | recall | precision", headings));
    for (int label = 0; label < confusion->classes; label++) {
        char *row = arena_printf(arena, "%d %s", label, confusion->names[label]);
        for (char *bar = row; (bar = strchr(bar, '|'));)
            *bar = '/'; /* a table's cells end there */
        for (int k = 0; with_counts && k < confusion->classes; k++)
            row = arena_printf(arena, "%s | %d", row, count_at(confusion, label, k));
        int right = count_at(confusion, label, label);
        table_row(table, "%s | %s | %s", row, share(arena, right, row_sum(confusion, label)),
                  share(arena, right, column_sum(confusion, label)));
    }
    table_print(table);
}

/* Writes the places of the `most` largest counts off the diagonal, the largest first; returns their
 * number. */
static int find_pairs(const Confusion *confusion, int most, int pairs[][2]) {
    int found = 0, classes = confusion->classes;
    for (int label = 0; label < classes; label++)
        for (int k = 0; k < classes; k++) {
            int count = count_at(confusion, label, k), place = found;
            if (label == k || count == 0)
                continue;
            for (;
                 place > 0 && count_at(confusion, pairs[place - 1][0], pairs[place - 1][1]) < count;
                 place--)
                if (place < most) {
                    pairs[place][0] = pairs[place - 1][0];
                    pairs[place][1] = pairs[place - 1][1];
                }
            if (place < most) {
                pairs[place][0] = label;
                pairs[place][1] = k;
            }
            found += found < most;
        }
    return found;
}

void confusion_print(const Confusion *confusion) {
    Arena *arena = arena_new();
    print_table(confusion, arena);
    int pairs[PAIRS][2], found = find_pairs(confusion, PAIRS, pairs);
    printf("%s\n", found ? "Most often:" : "No image is wrong.");
    for (int i = 0; i < found; i++)
        printf("  %d times %s was taken for %s\n", count_at(confusion, pairs[i][0], pairs[i][1]),
               confusion->names[pairs[i][0]], confusion->names[pairs[i][1]]);
    arena_free(arena);
}

/* ---- the picture ---- */

static void write_tics(FILE *script, const Confusion *confusion, const char *axis) {
    fprintf(script, "set %stics (", axis);
    for (int k = 0; k < confusion->classes; k++) {
        fputs(k ? ", " : "", script);
        gnuplot_tic(script, confusion->names[k], k);
    }
    fputs(")\n", script);
}

/* Lines "prediction label fraction count". The picture shows the fraction's square root, so that
 * few mistakes are seen too. */
static void write_fields(FILE *script, const Confusion *confusion) {
    fputs("$fields << END\n", script);
    for (int label = 0; label < confusion->classes; label++) {
        int sum = row_sum(confusion, label);
        for (int k = 0; k < confusion->classes; k++) {
            int count = count_at(confusion, label, k);
            fprintf(script, "%d %d %g %d\n", k, label, sum ? (double)count / sum : 0, count);
        }
        fputs("\n", script);
    }
    fputs("END\n", script);
}

void confusion_draw(const Confusion *confusion, const char *title, const char *directory,
                    const char *name) {
    FILE *script = gnuplot_script(PICTURE_WIDTH, PICTURE_HEIGHT, "Sans,11");
    double edge = confusion->classes - 0.5;
    write_fields(script, confusion);
    fputs("set title ", script);
    gnuplot_text(script, title);
    fprintf(script,
            " font 'Sans,14'\nset xrange [-0.5:%g]\nset yrange [%g:-0.5]\n"
            "set xlabel 'the network says'\nset ylabel 'the label says'\n"
            "set tics scale 0\nset xtics rotate by 35 right\nunset key\nunset colorbox\n"
            "set cbrange [0:1]\nset palette defined (0 '#ffffff', 0.5 '#9ebcda', 1 '#3b6ea8')\n",
            edge, edge);
    write_tics(script, confusion, "x");
    write_tics(script, confusion, "y");
    fputs("plot $fields using 1:2:(sqrt($3)) with image", script);
    if (confusion->classes <= MOST_COLUMNS)
        fputs(", $fields using 1:2:($4 > 0 ? sprintf('%d', $4) : '') with labels", script);
    putc('\n', script);
    gnuplot_draw(script, directory, name);
}
