/* Small graphs for the exercises that walk through nodes, with the gradients as forward mode finds
 * them: no walk backward is in the reference. */
#ifndef EXERCISES_NODES_UNDER_TEST_H
#define EXERCISES_NODES_UNDER_TEST_H

#include "graph/node.h"
#include <stdint.h>

enum { NODE_VALUES = 3, MOST_TEST_NODES = 128 };

typedef struct TestGraph TestGraph;

/* Nodes by a word each: p a parameter, d data, *ab the product and +ab the sum of nodes a and b, ra
 * the ReLU of node a; a and b are one digit. "p p *01 r2 +03" is x + relu(x * w). Parameters have
 * fixed random values between 0.5 and 1.5, of either sign. */
TestGraph *test_graph(const char *words);

/* One node more, of one of these kinds; returns its number. */
int test_graph_append(TestGraph *graph, char kind, int a, int b);

int test_graph_count(const TestGraph *graph);
Node *const *test_graph_nodes(const TestGraph *graph);
GradientMemory test_graph_memory(const TestGraph *graph);

/* Gives the node's gradient memory and these values: NODE_VALUES numbers by the seed. */
void set_upstream(TestGraph *graph, int node, uint64_t seed);

/* Records which nodes went backward, and with which add; fails the test if one did before the nodes
 * that read it, or twice, or without memory, or if one was left out. */
void expect_visits(const TestGraph *graph);

/* Compares the node's gradient with that of the sum of upstreams times values. */
void expect_node_gradient(const TestGraph *graph, int node);

/* Fails the test if the node's gradient has memory, or has none. */
void expect_released(const TestGraph *graph, int node);
void expect_held(const TestGraph *graph, int node);

#endif
