#include "show/graphviz.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/output_file.h"
#include "graph/inspect.h"
#include "show/picture.h"
#include "show/program.h"

enum { TYPE_OPTION = 8 }; /* bytes of "-Tsvg" and its like */

/* One colour a kind of operation; others are white. */
static const struct {
    const char *operation, *colour;
} colours[] = {
    {"input", "#eeeeee"},
    {"conv2d", "#cfe2f3"},
    {"dense", "#cfe2f3"},
    {"batch_normalization", "#d9ead3"},
    {"relu", "#fff2cc"},
    {"add", "#f4cccc"},
    {"max_pooling2d", "#e6dcf2"},
    {"average_pooling2d", "#e6dcf2"},
    {"global_average_pooling2d", "#e6dcf2"},
};

static const char *colour_of(const Tensor *tensor) {
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++)
        if (strcmp(colours[i].operation, tensor_operation(tensor)) == 0)
            return colours[i].colour;
    return "white";
}

/* The name without its scopes. */
static const char *leaf(const char *name) {
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

/* Opens the boxes of the tensor's scopes; the same box may be opened again. Returns how many. */
static int open_scopes(FILE *stream, const char *name) {
    int depth = 0;
    const char *begin = name;
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(begin, '/')) {
        fprintf(stream,
                "subgraph \"cluster_%.*s\" { label=\"%.*s\"; labeljust=l; fontsize=12; "
                "style=\"rounded,filled\"; color=\"#999999\"; fillcolor=\"%s\";\n",
                (int)(slash - name), name, (int)(slash - begin), begin,
                depth % 2 ? "#ffffff" : "#f7f7f7");
        begin = slash + 1;
        depth++;
    }
    return depth;
}

static void write_parameters(FILE *stream, const Tensor *tensor) {
    size_t count = tensor_trainable_count(tensor);
    if (count == 0)
        return;
    const Parameter *first = tensor_parameter_at(tensor, 0);
    char shape[SHAPE_TEXT];
    fprintf(stream, "\\n%s %s\\n%zu parameters", leaf(first->name), shape_text(first->shape, shape),
            count);
}

static void write_node(FILE *stream, const Tensor *tensor) {
    int depth = open_scopes(stream, tensor_name(tensor));
    fprintf(stream, "\"%s\" [label=\"%s", tensor_name(tensor), leaf(tensor_name(tensor)));
    write_parameters(stream, tensor);
    fprintf(stream, "\", fillcolor=\"%s\"];\n", colour_of(tensor));
    for (; depth > 0; depth--)
        fputs("}\n", stream);
}

static void write_edges(FILE *stream, const Tensor *tensor) {
    const Tensor *input;
    for (int i = 0; (input = tensor_input(tensor, i)); i++) {
        char shape[SHAPE_TEXT];
        fprintf(stream, "\"%s\" -> \"%s\" [label=\" %s\"];\n", tensor_name(input),
                tensor_name(tensor), shape_text(tensor_shape(input), shape));
    }
}

static void write_dot(const Graph *graph, const char *title, FILE *stream) {
    fprintf(
        stream,
        "digraph {\nlabel=\"%s\"; labelloc=t; fontsize=18; fontname=\"Helvetica\"; nodesep=0.4; "
        "dpi=96;\n"
        "node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];\n"
        "edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\"];\n",
        title);
    for (int i = 0; i < graph_tensor_count(graph); i++)
        write_node(stream, graph_tensor_at(graph, i));
    for (int i = 0; i < graph_tensor_count(graph); i++)
        write_edges(stream, graph_tensor_at(graph, i));
    fputs("}\n", stream);
}

static const char *type_of(const char *path) {
    static const char *const types[] = {"svg", "png", "pdf", "dot"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(dot + 1, types[i]) == 0)
            return types[i];
    die("%s: a figure's name ends with .svg, .png, .pdf or .dot; give it one of these", path);
}

void graphviz_write(const Graph *graph, const char *title, const char *path) {
    const char *type = type_of(path);
    OutputFile *figure = output_open(path);
    if (strcmp(type, "dot") == 0) {
        write_dot(graph, title, output_stream(figure));
    } else {
        char type_option[TYPE_OPTION];
        snprintf(type_option, sizeof type_option, "-T%s", type);
        FILE *source = program_source();
        write_dot(graph, title, source);
        program_draw((const char *const[]){"dot", type_option, NULL}, "graphviz", source,
                     output_stream(figure));
    }
    output_commit(figure);
}

void graphviz_show(const Graph *graph, const char *title, const char *directory, const char *name) {
    char path[PICTURE_PATH];
    graphviz_write(graph, title, picture_path(path, directory, name));
    picture_announce(path);
}
