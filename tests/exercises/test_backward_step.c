/* Tests of backward_step(). */
#include "harness.h"
#include "nodes_under_test.h"

#include "pieces/graph.h"

/* The last node goes backward; `words` as of test_graph(). */
static TestGraph *stepped(const char *words, int given) {
    TestGraph *graph = test_graph(words);
    int last = test_graph_count(graph) - 1;
    if (given >= 0)
        set_upstream(graph, given, 7);
    set_upstream(graph, last, 3);
    backward_step(test_graph_nodes(graph)[last]);
    expect_visits(graph);
    return graph;
}

START_TEST(one_input) {
    expect_node_gradient(stepped("p r0", -1), 0);
}
END_TEST

START_TEST(two_inputs) {
    TestGraph *graph = stepped("p p *01", -1);
    expect_node_gradient(graph, 0);
    expect_node_gradient(graph, 1);
}
END_TEST

START_TEST(first_has_a_share) {
    TestGraph *graph = stepped("p p *01", 0);
    expect_node_gradient(graph, 0);
    expect_node_gradient(graph, 1);
}
END_TEST

START_TEST(second_has_a_share) {
    TestGraph *graph = stepped("p p *01", 1);
    expect_node_gradient(graph, 1);
    expect_node_gradient(graph, 0);
}
END_TEST

START_TEST(twice_the_same) {
    expect_node_gradient(stepped("p *00", -1), 0);
}
END_TEST

START_TEST(twice_the_same_with_a_share) {
    expect_node_gradient(stepped("p *00", 0), 0);
}
END_TEST

START_TEST(data_first) {
    TestGraph *graph = stepped("d p *01", -1);
    expect_released(graph, 0);
    expect_node_gradient(graph, 1);
}
END_TEST

START_TEST(data_second) {
    TestGraph *graph = stepped("p d *01", -1);
    expect_node_gradient(graph, 0);
    expect_released(graph, 1);
}
END_TEST

/* The step is one node's alone: neither its inputs go backward nor is anything given back. */
START_TEST(one_step_alone) {
    TestGraph *graph = test_graph("p p *01 r2");
    set_upstream(graph, 3, 5);
    backward_step(test_graph_nodes(graph)[3]);
    expect_held(graph, 2);
    expect_held(graph, 3);
    expect_released(graph, 0);
}
END_TEST

void exercise_tests(void) {
    add_test(one_input, "relu(x): one input");
    add_test(two_inputs, "x * w: two inputs");
    add_test(first_has_a_share, "x * w, where x has a share already");
    add_test(second_has_a_share, "x * w, where w has a share already");
    add_test(twice_the_same, "x * x: the same input twice");
    add_test(twice_the_same_with_a_share, "x * x, where x has a share already");
    add_test(data_first, "x * w, where x is data");
    add_test(data_second, "w * x, where x is data");
    add_test(one_step_alone, "nothing but the node's own step");
}
