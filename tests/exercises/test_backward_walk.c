/* Tests of backward_walk(). */
#include "harness.h"
#include "nodes_under_test.h"

#include "pieces/graph.h"

static void walk(TestGraph *graph) {
    backward_walk(test_graph_count(graph), test_graph_nodes(graph));
    expect_visits(graph);
}

/* Sets the last node's gradient, walks and compares the first `parameters` nodes' gradients. */
static TestGraph *walked(const char *words, int parameters) {
    TestGraph *graph = test_graph(words);
    set_upstream(graph, test_graph_count(graph) - 1, 3);
    walk(graph);
    for (int i = 0; i < parameters; i++)
        expect_node_gradient(graph, i);
    return graph;
}

START_TEST(chain) {
    walked("p p *01 r2 *30", 2);
}
END_TEST

/* Each layer's parameter is recorded just before it is used. */
START_TEST(parameters_in_the_middle) {
    TestGraph *graph = walked("p p *01 p *23 r4 p *65 d +87", 2);
    expect_node_gradient(graph, 3);
    expect_node_gradient(graph, 6);
}
END_TEST

START_TEST(diamond) {
    walked("p r0 r0 +12", 1);
    walked("p p p *01 *02 *34", 3);
}
END_TEST

START_TEST(shortcut) {
    walked("p p *01 r2 +03 *44", 2);
}
END_TEST

/* n2 is read by the next node and by the last: it must wait for the first of these. */
START_TEST(long_and_short_way) {
    walked("p p *01 r2 *31 +42 *56", 2);
    walked("p p *01 *21 *31 *24 *25", 2);
}
END_TEST

/* x * (1 + w)^n along 2^n ways. */
START_TEST(many_ways) {
    TestGraph *graph = test_graph("p p");
    int y = 0;
    for (int block = 0; block < 20; block++)
        y = test_graph_append(graph, '+', y, test_graph_append(graph, '*', 1, y));
    set_upstream(graph, y, 3);
    walk(graph);
    expect_node_gradient(graph, 0);
    expect_node_gradient(graph, 1);
}
END_TEST

START_TEST(data) {
    TestGraph *graph = walked("p d d *12 *03 *14 +45", 1);
    expect_released(graph, 1);
    expect_released(graph, 3);
}
END_TEST

/* n3, n4 lead nowhere; n1 is read by them alone. */
START_TEST(no_way) {
    TestGraph *graph = test_graph("p p *00 *11 r3");
    set_upstream(graph, 2, 3);
    walk(graph);
    expect_node_gradient(graph, 0);
    expect_released(graph, 1);
    expect_released(graph, 3);
}
END_TEST

START_TEST(target_inside) {
    TestGraph *graph = test_graph("p p *01 r2 *20 +43");
    set_upstream(graph, 4, 3);
    walk(graph);
    expect_node_gradient(graph, 0);
    expect_node_gradient(graph, 1);
}
END_TEST

START_TEST(two_targets) {
    TestGraph *graph = test_graph("p p *01 *20 *21 +30");
    set_upstream(graph, 2, 3);
    set_upstream(graph, 5, 4);
    walk(graph);
    expect_node_gradient(graph, 0);
    expect_node_gradient(graph, 1);
}
END_TEST

START_TEST(released) {
    TestGraph *graph = walked("p p *01 r2 *30", 2);
    for (int i = 2; i < 5; i++)
        expect_released(graph, i);
}
END_TEST

START_TEST(kept) {
    TestGraph *graph = test_graph("p p *01 r2 *30");
    test_graph_nodes(graph)[2]->kept = true;
    test_graph_nodes(graph)[4]->kept = true;
    set_upstream(graph, 4, 3);
    walk(graph);
    expect_node_gradient(graph, 2);
    expect_node_gradient(graph, 4);
    expect_released(graph, 3);
}
END_TEST

/* One ReLU behind the other: never more than two gradients of them, and the parameter's. */
START_TEST(released_early) {
    TestGraph *graph = test_graph("p r0");
    for (int i = 1; i < 9; i++)
        test_graph_append(graph, 'r', i, 0);
    set_upstream(graph, 9, 3);
    walk(graph);
    expect_node_gradient(graph, 0);
    int most = (int)(test_graph_memory(graph).most_bytes / (NODE_VALUES * sizeof(float)));
    expect_integer("the most gradients in memory at once, in a chain of nine ReLUs", most, 2);
}
END_TEST

void exercise_tests(void) {
    add_test(chain, "a chain");
    add_test(parameters_in_the_middle, "parameters and data between the operations");
    add_test(diamond, "a diamond: a node that two others read");
    add_test(shortcut, "x + relu(w * x), squared");
    add_test(long_and_short_way, "a long way and a short way to one node");
    add_test(many_ways, "20 blocks with shortcuts, a million ways");
    add_test(data, "data, which want no gradient");
    add_test(no_way, "nodes from which no way leads to the loss");
    add_test(target_inside, "a loss that is not the last node");
    add_test(two_targets, "two nodes whose gradients are given");
    add_test(released, "gradients are released");
    add_test(kept, "gradients of kept nodes stay");
    add_test(released_early, "gradients are released as early as can be");
}
