/* The chapter's pictures: a graph with its values and gradients, and when its values are needed. */
#ifndef DRAWING_H
#define DRAWING_H

#include "graph/node.h"

/* Nodes of one value each: below its name, the value and the gradient. */
void draw_graph(int count, Node *const nodes[], const char *directory, const char *name);

/* A bar a node, from the step at which it is computed to last[i]. */
void draw_lifetimes(int count, Node *const nodes[], const int *last, const char *directory,
                    const char *name);

/* The errors of both kinds of differences, by epsilon. */
typedef struct ErrorAt {
    double epsilon, central, one_sided;
} ErrorAt;
void draw_errors(const ErrorAt *errors, int count, const char *directory, const char *name);

#endif
