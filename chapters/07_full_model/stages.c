#include "stages.h"

#include "base/integers.h"
#include "show/gnuplot.h"
#include "show/summary.h"

#include <math.h>
#include <stdio.h>

enum { COLUMN = 104, HEIGHT = 440, MOST_STAGES = 16 };

/* Of the outputs, in either data format; 1x1 where there is no map. */
typedef struct Extent {
    int height, width, channels;
} Extent;

static Extent extent_of(Shape shape, DataFormat format) {
    if (shape.rank < 4)
        return (Extent){1, 1, shape.size[shape.rank - 1]};
    if (format == CHANNELS_FIRST)
        return (Extent){shape.size[2], shape.size[3], shape.size[1]};
    return (Extent){shape.size[1], shape.size[2], shape.size[3]};
}

/* The stages that multiply or leave fewer values, and the images. */
static int collect(const Graph *graph, Stage stages[MOST_STAGES]) {
    int count = 0;
    for (int index = 0; count < MOST_STAGES && graph_stage(graph, &index, &stages[count]);)
        if (count == 0 || stages[count].cost.multiply_adds > 0 ||
            shape_count(stages[count].shape) < shape_count(stages[count - 1].shape))
            count++;
    return count;
}

/* "block_layer0" in two lines. */
static void write_name(FILE *script, const Stage *stage) {
    for (int i = 0; i < stage->name_length; i++)
        if (stage->name[i] == '_')
            fputs("\\n", script);
        else
            putc(stage->name[i], script);
}

/* A table row for each stage: half its box's width, its height, its size, name and parameters. The
 * highest box is 1 high, the widest 0.9 wide; heights are in proportion to the map's, widths to the
 * root of the channels. */
static void write_boxes(FILE *script, const Stage *stages, int count, DataFormat format) {
    int highest = 1, most = 1;
    for (int i = 0; i < count; i++) {
        Extent extent = extent_of(stages[i].shape, format);
        highest = max_int(highest, extent.height);
        most = max_int(most, extent.channels);
    }
    fputs("$boxes << END\n", script);
    for (int i = 0; i < count; i++) {
        Extent extent = extent_of(stages[i].shape, format);
        fprintf(script, "%g %g \"%dx%d\\n%d\" \"", 0.45 * sqrt((double)extent.channels / most),
                (double)extent.height / highest, extent.height, extent.width, extent.channels);
        write_name(script, &stages[i]);
        fprintf(script, "\" %zu\n", stages[i].cost.parameters);
    }
    fputs("END\n", script);
}

void stages_draw(const Graph *graph, const char *title, const char *directory) {
    Stage stages[MOST_STAGES];
    int count = collect(graph, stages);
    FILE *script = gnuplot_script(COLUMN * count, HEIGHT, "Sans,12");
    write_boxes(script, stages, count, graph_data_format(graph));
    gnuplot_set(script, "title", title);
    fprintf(script,
            "unset border\nunset tics\nunset key\nset margins 0, 0, 1, 2\n"
            "set xrange [-0.5:%d.5]\nset yrange [-0.5:1.3]\n"
            "short(n) = n == 0 ? '' : n < 1e4 ? sprintf('%%d', n) : "
            "n < 1e6 ? sprintf('%%.0f K', n / 1e3) : sprintf('%%.1f M', n / 1e6)\n"
            "set label 'parameters' at -0.45, -0.44\n"
            "plot $boxes using 0:($2/2):1:($2/2 > 0.004 ? $2/2 : 0.004) with boxxyerror fillstyle "
            "solid 1 linecolor rgb '#0072b2', "
            "$boxes using 0:($2 + 0.13):3 with labels, "
            "$boxes using 0:(-0.17):4 with labels textcolor rgb '#555555', "
            "$boxes using 0:(-0.44):(short($5)) with labels\n",
            count - 1);
    gnuplot_draw(script, directory, "07_stages.png");
}
