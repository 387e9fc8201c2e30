#include "nodes_under_test.h"

#include "base/memory.h"
#include "harness.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 8, TEXT = 1024, LOG = 4096, BREACH = 384 };

struct TestGraph {
    int count;
    char kind[MOST_TEST_NODES];
    char name[MOST_TEST_NODES][NAME];
    Node nodes[MOST_TEST_NODES];
    Node *order[MOST_TEST_NODES];
    float floats[MOST_TEST_NODES][NODE_VALUES];
    double values[MOST_TEST_NODES][NODE_VALUES];
    double upstream[MOST_TEST_NODES][NODE_VALUES];
    bool set[MOST_TEST_NODES]; /* the caller sets its gradient */
    int visits[MOST_TEST_NODES];
    char log[LOG];       /* "4(=,+) 2(+,) " */
    char breach[BREACH]; /* the first rule that was broken */
    GradientMemory memory;
};

int test_graph_count(const TestGraph *graph) {
    return graph->count;
}

Node *const *test_graph_nodes(const TestGraph *graph) {
    return graph->order;
}

GradientMemory test_graph_memory(const TestGraph *graph) {
    return graph->memory;
}

static bool reads(const TestGraph *graph, int reader, int node) {
    for (int j = 0; j < NODE_INPUTS; j++)
        if (graph->nodes[reader].inputs[j] == &graph->nodes[node])
            return true;
    return false;
}

/* Whether a way leads from the node to one whose gradient was set. */
static bool is_reached(const TestGraph *graph, int node) {
    if (!graph->nodes[node].wants_gradient)
        return false;
    bool reached[MOST_TEST_NODES];
    for (int i = graph->count - 1; i >= node; i--) {
        reached[i] = graph->set[i];
        for (int r = i + 1; r < graph->count; r++)
            reached[i] |= reached[r] && reads(graph, r, i);
    }
    return reached[node];
}

__attribute__((format(printf, 2, 3))) static void breach(TestGraph *graph, const char *format,
                                                         ...) {
    if (graph->breach[0])
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(graph->breach, sizeof graph->breach, format, arguments);
    va_end(arguments);
}

static void look_at_order(TestGraph *graph, const Node *node) {
    if (graph->visits[node->index] == 2)
        breach(graph, "%s goes backward twice; each node must, once.", node->name);
    for (int r = node->index + 1; r < graph->count; r++)
        if (reads(graph, r, node->index) && is_reached(graph, r) && graph->visits[r] == 0)
            breach(graph,
                   "%s passes its gradient on before %s, which reads it, has given its share.",
                   node->name, graph->nodes[r].name);
    if (!node->gradient)
        breach(graph, "%s goes backward, but its gradient is NULL: %s.", node->name,
               is_reached(graph, node->index) ? "released too early" : "no share can reach it");
}

static void write_log(TestGraph *graph, const Node *node, const bool add[NODE_INPUTS]) {
    size_t length = strlen(graph->log);
    char signs[NODE_INPUTS] = {'.', '.'};
    for (int j = 0; j < NODE_INPUTS && node->inputs[j]; j++)
        signs[j] = !node->inputs[j]->wants_gradient ? 'd' : add[j] ? '+' : '=';
    snprintf(graph->log + length, LOG - length, "%d(%c%c) ", node->index, signs[0], signs[1]);
}

/* d(value k of the node) / d(value k of input j). */
static double slope(const TestGraph *graph, int node, int j, int k) {
    const Node *other = graph->nodes[node].inputs[1 - j];
    switch (graph->kind[node]) {
    case '*':
        return graph->values[other->index][k];
    case 'r':
        return graph->values[node][k] > 0 ? 1 : 0;
    default:
        return 1;
    }
}

static void backward(Node *node, const bool add[NODE_INPUTS]) {
    TestGraph *graph = node->owner;
    graph->visits[node->index]++;
    write_log(graph, node, add);
    look_at_order(graph, node);
    for (int j = 0; j < NODE_INPUTS && node->inputs[j]; j++) {
        const Node *input = node->inputs[j];
        if (input->wants_gradient && !input->gradient)
            breach(graph,
                   "%s goes backward, but the gradient of its input %s has no memory "
                   "(gradient_take()).",
                   node->name, input->name);
        for (int k = 0; k < NODE_VALUES && node->gradient && input->gradient; k++) {
            float share = (float)((double)node->gradient[k] * slope(graph, node->index, j, k));
            input->gradient[k] = add[j] ? input->gradient[k] + share : share;
        }
    }
}

static void compute(TestGraph *graph, int i, int a, int b) {
    const double *drawn = random_values(100 + (uint64_t)i, NODE_VALUES);
    for (int k = 0; k < NODE_VALUES; k++) {
        double *value = &graph->values[i][k];
        switch (graph->kind[i]) {
        case '*':
            *value = graph->values[a][k] * graph->values[b][k];
            break;
        case '+':
            *value = graph->values[a][k] + graph->values[b][k];
            break;
        case 'r':
            *value = fmax(0, graph->values[a][k]);
            break;
        default:
            *value = (double)(float)copysign(0.5 + fabs(fmod(drawn[k], 1)), drawn[k]);
        }
        graph->floats[i][k] = (float)*value;
    }
}

int test_graph_append(TestGraph *graph, char kind, int a, int b) {
    int i = graph->count++;
    bool leaf = kind == 'p' || kind == 'd';
    graph->kind[i] = kind;
    snprintf(graph->name[i], NAME, "n%d", i);
    Node *node = &graph->nodes[i];
    *node = (Node){
        .name = graph->name[i],
        .index = i,
        .inputs = {leaf ? NULL : &graph->nodes[a], leaf || kind == 'r' ? NULL : &graph->nodes[b]},
        .count = NODE_VALUES,
        .values = graph->floats[i],
        .wants_gradient = kind == 'p',
        .kept = kind == 'p',
        .reads_inputs = {kind == '*', kind == '*'},
        .reads_values = kind == 'r',
        .backward = leaf ? NULL : backward,
        .owner = graph,
        .memory = &graph->memory};
    for (int j = 0; j < NODE_INPUTS && node->inputs[j]; j++)
        node->wants_gradient |= node->inputs[j]->wants_gradient;
    graph->order[i] = node;
    compute(graph, i, a, b);
    return i;
}

TestGraph *test_graph(const char *words) {
    TestGraph *graph = memory_new(1, sizeof *graph);
    for (const char *c = words; *c; c++) {
        bool two = *c == '*' || *c == '+';
        int a = two || *c == 'r' ? c[1] - '0' : 0, b = two ? c[2] - '0' : 0;
        if (*c == ' ')
            continue;
        test_graph_append(graph, *c, a, b);
        c += two ? 2 : *c == 'r';
    }
    return graph;
}

void set_upstream(TestGraph *graph, int node, uint64_t seed) {
    const double *drawn = random_values(seed, NODE_VALUES);
    gradient_take(&graph->nodes[node]);
    for (int k = 0; k < NODE_VALUES; k++) {
        graph->upstream[node][k] = drawn[k];
        graph->nodes[node].gradient[k] = (float)drawn[k];
    }
    graph->set[node] = true;
}

/* ---- expectations ---- */

/* "n2 = n0 * n1, n3 = relu(n2)" */
static const char *graph_text(const TestGraph *graph) {
    static char text[TEXT];
    text[0] = '\0';
    for (int i = 0; i < graph->count; i++) {
        size_t length = strlen(text);
        const Node *node = &graph->nodes[i];
        const char *comma = length ? ", " : "";
        if (!node->inputs[0])
            snprintf(text + length, TEXT - length, "%s%s %s", comma, node->name,
                     graph->kind[i] == 'p' ? "a parameter" : "data");
        else if (!node->inputs[1])
            snprintf(text + length, TEXT - length, "%s%s = relu(%s)", comma, node->name,
                     node->inputs[0]->name);
        else
            snprintf(text + length, TEXT - length, "%s%s = %s %c %s", comma, node->name,
                     node->inputs[0]->name, graph->kind[i], node->inputs[1]->name);
    }
    return graph->count > 12 ? "a long chain" : text;
}

void expect_visits(const TestGraph *graph) {
    record_text("nodes that went backward", graph->log[0] ? graph->log : "none");
    if (graph->breach[0])
        fail_test("%s (The graph: %s.)", graph->breach, graph_text(graph));
    for (int i = 0; i < graph->count; i++)
        if (graph->visits[i] == 0 && graph->kind[i] != 'p' && is_reached(graph, i))
            fail_test("A gradient comes to n%d, but it never goes backward. (The graph: %s.)", i,
                      graph_text(graph));
}

/* By forward mode: the derivative of all values by this node's value k, from it to the end. */
static double expected_gradient(const TestGraph *graph, int node, int k) {
    double tangent[MOST_TEST_NODES] = {0}, sum = graph->upstream[node][k];
    tangent[node] = 1;
    for (int i = node + 1; i < graph->count; i++) {
        for (int j = 0; j < NODE_INPUTS && graph->nodes[i].inputs[j]; j++)
            tangent[i] += slope(graph, i, j, k) * tangent[graph->nodes[i].inputs[j]->index];
        sum += graph->upstream[i][k] * tangent[i];
    }
    return sum;
}

void expect_held(const TestGraph *graph, int node) {
    if (!graph->nodes[node].gradient)
        fail_test("n%d has no gradient (NULL) in the end. (The graph: %s.)", node,
                  graph_text(graph));
}

void expect_released(const TestGraph *graph, int node) {
    float held = graph->nodes[node].gradient != NULL;
    record_output("whether the gradient is held", axes_line('i', 1), &held);
    if (graph->nodes[node].gradient)
        fail_test("n%d still has a gradient; it must have none in the end. (The graph: %s.)", node,
                  graph_text(graph));
}

void expect_node_gradient(const TestGraph *graph, int node) {
    expect_held(graph, node);
    char name[64];
    snprintf(name, sizeof name, "the gradient of n%d", node);
    const float *got = graph->nodes[node].gradient;
    record_output(name, axes_line('i', NODE_VALUES), got);
    for (int k = 0; k < NODE_VALUES; k++)
        if (isnan(got[k]))
            fail_test(
                "The gradient of n%d is nan: a share was added to memory in which nothing was "
                "written yet, or nothing was written there. (The graph: %s.)",
                node, graph_text(graph));
    double expected[NODE_VALUES];
    for (int k = 0; k < NODE_VALUES; k++)
        expected[k] = expected_gradient(graph, node, k);
    expect_gradient(name, axes_line('i', NODE_VALUES), got, expected, 1e-5, NULL);
}
