#include "show/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "graph/inspect.h"
#include "show/table.h"

static Cost cost_of(const Tensor *tensor) {
    return (Cost){tensor_trainable_count(tensor), tensor_multiply_adds(tensor)};
}

static Cost sum(Cost a, Cost b) {
    return (Cost){a.parameters + b.parameters, a.multiply_adds + b.multiply_adds};
}

Cost graph_cost(const Graph *graph) {
    Cost cost = {0, 0};
    for (int i = 0; i < graph_tensor_count(graph); i++)
        cost = sum(cost, cost_of(graph_tensor_at(graph, i)));
    return cost;
}

/* How much of the tensor's name is its stage's. */
static int stage_length(const Tensor *tensor) {
    return (int)strcspn(tensor_name(tensor), "/");
}

static bool same_stage(const Tensor *a, const Tensor *b) {
    int length = stage_length(a);
    return length == stage_length(b) && strncmp(tensor_name(a), tensor_name(b), length) == 0;
}

void summary_print_stages(const Graph *graph) {
    Table *table = table_new("stage | output | parameters | multiply-adds");
    Cost stage = {0, 0};
    int count = graph_tensor_count(graph);
    for (int i = 0; i < count; i++) {
        const Tensor *tensor = graph_tensor_at(graph, i);
        stage = sum(stage, cost_of(tensor));
        if (i + 1 < count && same_stage(tensor, graph_tensor_at(graph, i + 1)))
            continue;
        char shape[SHAPE_TEXT];
        table_row(table, "%.*s | %s | %zu | %" PRIu64, stage_length(tensor), tensor_name(tensor),
                  shape_text(tensor_shape(tensor), shape), stage.parameters, stage.multiply_adds);
        stage = (Cost){0, 0};
    }
    Cost all = graph_cost(graph);
    table_rule(table);
    table_row(table, "all | | %zu | %" PRIu64, all.parameters, all.multiply_adds);
    table_print(table);
}

void summary_print_counts(const Params *params) {
    size_t trainable = params_trainable_count(params), moving = params_moving_count(params);
    printf("parameters: %zu\nmoving averages: %zu\ntotal: %zu\n", trainable, moving,
           trainable + moving);
}
