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

static bool is_of_stage(const Tensor *tensor, const Stage *stage) {
    return stage_length(tensor) == stage->name_length &&
           strncmp(tensor_name(tensor), stage->name, (size_t)stage->name_length) == 0;
}

bool graph_stage(const Graph *graph, int *index, Stage *stage) {
    int count = graph_tensor_count(graph);
    if (*index >= count)
        return false;
    const Tensor *tensor = graph_tensor_at(graph, *index);
    *stage = (Stage){.name = tensor_name(tensor), .name_length = stage_length(tensor)};
    for (; *index < count && is_of_stage(graph_tensor_at(graph, *index), stage); ++*index) {
        tensor = graph_tensor_at(graph, *index);
        stage->shape = tensor_shape(tensor);
        stage->cost = sum(stage->cost, cost_of(tensor));
    }
    return true;
}

void summary_print_stages(const Graph *graph) {
    Table *table = table_new("stage | output | parameters | multiply-adds");
    Stage stage;
    for (int index = 0; graph_stage(graph, &index, &stage);) {
        char shape[SHAPE_TEXT];
        table_row(table, "%.*s | %s | %zu | %" PRIu64, stage.name_length, stage.name,
                  shape_text(stage.shape, shape), stage.cost.parameters, stage.cost.multiply_adds);
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
