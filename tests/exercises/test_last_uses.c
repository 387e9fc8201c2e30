/* Tests of last_uses(). */
#include "harness.h"
#include "nodes_under_test.h"

#include "base/memory.h"
#include "pieces/graph.h"

#include <stdlib.h>

static void look(TestGraph *graph, const double *expected) {
    size_t count = (size_t)test_graph_count(graph);
    int *last = memory_new(count, sizeof *last);
    float *got = memory_new(count, sizeof *got);
    for (size_t i = 0; i < count; i++)
        last[i] = 1000003; /* rubbish */
    last_uses((int)count, test_graph_nodes(graph), last);
    for (size_t i = 0; i < count; i++)
        got[i] = (float)last[i];
    expect_values("last", axes_line('i', count), got, expected, 0);
}

static void try_words(const char *words, const double *expected) {
    look(test_graph(words), expected);
}

/* Four nodes: steps 0 to 3 forward, 4 to 7 back. Parameters are kept: step 8. */
START_TEST(relus) {
    try_words("p r0 r1 r2", (double[]){8, 6, 5, 4});
}
END_TEST

START_TEST(sums) {
    try_words("p +00 +11 +22", (double[]){8, 2, 3, 3});
}
END_TEST

START_TEST(products) {
    try_words("p *00 *11 *22", (double[]){8, 5, 4, 3});
}
END_TEST

START_TEST(shortcut) {
    try_words("p p *01 r2 +03 *44", (double[]){12, 12, 3, 8, 6, 5});
}
END_TEST

/* What is made of data alone does not go backward, but others read it there. */
START_TEST(data) {
    try_words("d d *01 r2 p *34 +53", (double[]){2, 2, 3, 8, 14, 6, 6});
}
END_TEST

/* n1 is read by n2, n3 and n5; n3's backward step is after n5's. */
START_TEST(several_readers) {
    try_words("p r0 +11 *12 r3 *41 +51", (double[]){14, 12, 10, 4, 9, 6, 6});
    try_words("p r0 *11 +11 +13 +41", (double[]){12, 10, 2, 4, 5, 5});
}
END_TEST

/* A kept node in the middle, and nodes whose second input alone is read. */
START_TEST(flags) {
    TestGraph *graph = test_graph("p p *01 *21 *32");
    test_graph_nodes(graph)[2]->kept = true;
    test_graph_nodes(graph)[1]->kept = false;
    test_graph_nodes(graph)[4]->reads_inputs[0] = false;
    look(graph, (double[]){10, 7, 10, 4, 4});
    TestGraph *second = test_graph("p +00 +00 *12");
    test_graph_nodes(second)[3]->reads_inputs[0] = false;
    look(second, (double[]){8, 3, 4, 3});
}
END_TEST

/* Each step's needs in turn, and so the last one of each node. */
static void simulate(const TestGraph *graph, double *expected) {
    int count = test_graph_count(graph);
    for (int step = 0; step <= 2 * count; step++)
        for (int i = 0; i < count; i++) {
            const Node *n = test_graph_nodes(graph)[i];
            bool back = step == 2 * count - 1 - i && n->backward && n->wants_gradient;
            if (step == i || (back && n->reads_values) || (step == 2 * count && n->kept))
                expected[i] = step;
            for (int j = 0; j < NODE_INPUTS; j++)
                if (n->inputs[j] && (step == i || (back && n->reads_inputs[j])))
                    expected[n->inputs[j]->index] = step;
        }
}

START_TEST(any_graph) {
    enum { NODES = 40 };
    TestGraph *graph = test_graph("p d p");
    const double *drawn = random_values(11, 3 * NODES);
    for (int i = 3; i < NODES; i++) {
        int a = abs((int)(drawn[3 * i] * 1000)) % i, b = abs((int)(drawn[3 * i + 1] * 1000)) % i;
        test_graph_append(graph, "*+rdp*+"[abs((int)(drawn[3 * i + 2] * 1000)) % 7], a, b);
    }
    double expected[NODES];
    simulate(graph, expected);
    look(graph, expected);
}
END_TEST

void exercise_tests(void) {
    add_test(relus, "ReLUs, which read their own values");
    add_test(sums, "sums, which read nothing");
    add_test(products, "products, which read their inputs");
    add_test(shortcut, "x + relu(w * x), squared");
    add_test(data, "data, which go forward alone");
    add_test(several_readers, "a node that several others read");
    add_test(flags, "a kept node; one input that is not read");
    add_test(any_graph, "40 nodes at random");
}
