/* A recorded graph as a figure: scopes are boxes around their operations, edges carry shapes.
 *
 * The program `dot` (graphviz) lays it out; the name's ending says what is written: .svg, .png or
 * .pdf; .dot is the description itself, and needs no program. */
#ifndef SHOW_GRAPHVIZ_H
#define SHOW_GRAPHVIZ_H

#include "graph/graph.h"

/* Writes path; call before graph_compile(). */
void graphviz_write(const Graph *graph, const char *title, const char *path);

/* The same for directory/name, and says so on standard output. */
void graphviz_show(const Graph *graph, const char *title, const char *directory, const char *name);

#endif
