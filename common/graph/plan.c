/* The compile step's plan: which steps run, and where every value, gradient and state lies.
 *
 * Time is counted in steps, forward ones first, then backward ones. Each block of memory is needed
 * from the first step that touches it to the last; blocks whose times do not meet share memory
 * (greedy by size, as in Pisarchyk and Lee 2020, "Efficient memory management for deep neural net
 * inference"). A gradient passes through additions and views without a copy if no other tensor
 * would see the change. */
#include "base/integers.h"
#include "graph/operation.h"

#include <stdint.h>
#include <stdlib.h>

typedef struct Block {
    size_t bytes;
    int first, last; /* times */
    int holders;     /* of a gradient: the tensors that have not read it yet */
    size_t offset;
} Block;

enum { NO_BLOCK = -1, ALIGNMENT = 64 };

typedef struct Plan {
    Graph *graph;
    bool *leads_to_target;         /* per tensor: the target depends on it */
    bool *needed;                  /* per tensor: the target or a kept tensor depends on it */
    int *value, *gradient, *state; /* per tensor: its block */
    int *readers;                  /* per tensor: how many needed operations read it */
    Block *blocks;
    int num_blocks;
    int end; /* the time after the last step */
} Plan;

static int new_block(Plan *plan, size_t bytes) {
    size_t aligned = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    plan->blocks[plan->num_blocks] = (Block){.bytes = aligned, .first = INT32_MAX, .last = -1};
    return plan->num_blocks++;
}

static void touch(Plan *plan, int block, int time) {
    if (block == NO_BLOCK)
        return;
    Block *touched = &plan->blocks[block];
    touched->first = min_int(touched->first, time);
    touched->last = max_int(touched->last, time);
}

static size_t tensor_bytes(const Tensor *tensor) {
    return shape_count(tensor->shape) * sizeof(float);
}

static bool is_step(const Plan *plan, const Tensor *tensor) {
    return plan->needed[tensor->index] && tensor->operation && !tensor->replaced_by;
}

static void mark_needed(Plan *plan) {
    Graph *graph = plan->graph;
    plan->leads_to_target[graph->target->index] = true;
    for (int i = graph->count - 1; i >= 0; i--) {
        const Tensor *tensor = graph->tensors[i];
        plan->needed[i] |= plan->leads_to_target[i] || (tensor->kept && !tensor->replaced_by);
        for (int j = 0; j < MAX_INPUTS && tensor->inputs[j] && is_step(plan, tensor); j++) {
            plan->needed[tensor->inputs[j]->index] = true;
            plan->leads_to_target[tensor->inputs[j]->index] |= plan->leads_to_target[i];
            plan->readers[tensor->inputs[j]->index]++;
        }
    }
}

static bool is_data(const Tensor *tensor, int input) {
    return tensor->operation && (tensor->operation->data_inputs >> input & 1);
}

/* Finds the tensors between the target and something trained or kept: these have a gradient. */
static void mark_gradients(Plan *plan) {
    Graph *graph = plan->graph;
    for (int i = 0; i < graph->count && graph->backward; i++) {
        Tensor *tensor = graph->tensors[i];
        bool wanted = tensor->operation ? tensor->parameters[0] != NULL : tensor->kept;
        for (int j = 0; j < MAX_INPUTS && tensor->inputs[j]; j++)
            wanted |= tensor->inputs[j]->has_gradient && !is_data(tensor, j);
        tensor->has_gradient = wanted && plan->leads_to_target[i];
    }
}

static void list_forward_steps(Plan *plan) {
    Graph *graph = plan->graph;
    graph->forward_steps = arena_alloc(graph->arena, (size_t)graph->count * sizeof(Tensor *));
    for (int i = 0; i < graph->count; i++)
        if (is_step(plan, graph->tensors[i]))
            graph->forward_steps[graph->num_forward_steps++] = graph->tensors[i];
}

static void assign_values(Plan *plan) {
    Graph *graph = plan->graph;
    for (int i = 0; i < graph->count; i++) {
        Tensor *tensor = graph->tensors[i];
        if (tensor->replaced_by || (tensor->operation && !plan->needed[i]))
            continue;
        if (tensor->operation && tensor->operation->is_view)
            plan->value[i] = plan->value[tensor->inputs[0]->index];
        else if (!tensor->only_statistics)
            plan->value[i] = new_block(plan, tensor_bytes(tensor));
        if (tensor->state_bytes)
            plan->state[i] = new_block(plan, tensor->state_bytes);
    }
}

/* Notes that an operation reads the input at this time. */
static void touch_input(Plan *plan, Tensor *input, int time) {
    touch(plan, plan->value[tensor_read_source(input)->index], time);
    if (input->only_statistics)
        touch(plan, plan->state[input->index], time);
}

static void touch_forward(Plan *plan) {
    Graph *graph = plan->graph;
    for (int time = 0; time < graph->num_forward_steps; time++) {
        const Tensor *tensor = graph->forward_steps[time];
        touch(plan, plan->value[tensor->index], time);
        touch(plan, plan->state[tensor->index], time);
        for (int j = 0; j < MAX_INPUTS && tensor->inputs[j]; j++)
            touch_input(plan, tensor->inputs[j], time);
    }
}

static void add_step(Plan *plan, BackwardStep step) {
    Graph *graph = plan->graph;
    graph->backward_steps[graph->num_backward_steps++] = step;
}

static int backward_time(const Plan *plan) {
    return plan->graph->num_forward_steps + plan->graph->num_backward_steps;
}

/* A gradient is a block that tensors hold. A tensor lets go of the block when its own step has read
 * it; a kept tensor never does. */
static int new_gradient(Plan *plan, const Tensor *tensor) {
    int block = new_block(plan, tensor_bytes(tensor));
    plan->blocks[block].holders = 1;
    return block;
}

/* Whether the gradient of `tensor`, which has let go of it, may become an input's without a copy.
 * Several tensors may hold one block only if nothing more is added to it. */
static bool may_pass(const Plan *plan, const Tensor *tensor) {
    if (plan->blocks[plan->gradient[tensor->index]].holders == 0)
        return true;
    bool alone = true;
    for (int j = 0; j < MAX_INPUTS && tensor->inputs[j]; j++)
        alone &= plan->readers[tensor->inputs[j]->index] == 1;
    return alone;
}

static void plan_pass(Plan *plan, Tensor *tensor, Tensor *input) {
    int *gradient = &plan->gradient[input->index];
    bool started = *gradient != NO_BLOCK;
    int source = plan->gradient[tensor->index];
    if (!started && may_pass(plan, tensor)) {
        *gradient = source;
        plan->blocks[source].holders++;
        return;
    }
    if (!started)
        *gradient = new_gradient(plan, input);
    touch(plan, source, backward_time(plan));
    touch(plan, *gradient, backward_time(plan));
    add_step(plan, (BackwardStep){.tensor = input, .source = tensor, .accumulate = started});
}

/* Chooses the block of the gradient that the operation writes for input j. */
static void plan_input_gradient(Plan *plan, Tensor *tensor, int j) {
    const Operation *operation = tensor->operation;
    const Graph *graph = plan->graph;
    int *gradient = &plan->gradient[tensor->inputs[j]->index];
    int own = plan->gradient[tensor->index];
    if (*gradient != NO_BLOCK) {
        tensor->accumulate[j] = true;
    } else if (j == 0 && operation->backward_in_place && !graph->options.loops && !tensor->kept &&
               plan->blocks[own].holders == 1 &&
               tensor_bytes(tensor) == tensor_bytes(tensor->inputs[0])) {
        *gradient = own;
        plan->blocks[own].holders++;
    } else {
        *gradient = new_gradient(plan, tensor->inputs[j]);
    }
    touch(plan, *gradient, backward_time(plan));
}

static void plan_run(Plan *plan, Tensor *tensor) {
    const Operation *operation = tensor->operation;
    bool runs = tensor->parameters[0] != NULL;
    for (int j = 0; j < MAX_INPUTS && tensor->inputs[j]; j++)
        if (tensor->inputs[j]->has_gradient && !is_data(tensor, j) &&
            !(operation->passes_gradient >> j & 1)) {
            plan_input_gradient(plan, tensor, j);
            runs = true;
        }
    if (!runs || !operation->backward)
        return;
    int time = backward_time(plan);
    touch(plan, plan->gradient[tensor->index], time);
    touch(plan, plan->state[tensor->index], time);
    if (operation->backward_reads_outputs)
        touch(plan, plan->value[tensor->index], time);
    for (int j = 0; j < MAX_INPUTS && tensor->inputs[j]; j++)
        if (operation->backward_reads_inputs >> j & 1)
            touch_input(plan, tensor->inputs[j], time);
    add_step(plan, (BackwardStep){.tensor = tensor});
}

static void plan_backward(Plan *plan) {
    Graph *graph = plan->graph;
    Tensor *target = graph->target;
    if (!target->has_gradient)
        return;
    size_t most_steps = (size_t)graph->count * (1 + MAX_INPUTS);
    graph->backward_steps = arena_alloc(graph->arena, most_steps * sizeof(BackwardStep));
    plan->gradient[target->index] = new_gradient(plan, target);
    touch(plan, plan->gradient[target->index], graph->num_forward_steps);
    for (int i = graph->count - 1; i >= 0; i--) {
        Tensor *tensor = graph->tensors[i];
        if (!is_step(plan, tensor) || !tensor->has_gradient)
            continue;
        plan_run(plan, tensor);
        plan->blocks[plan->gradient[i]].holders -= !tensor->kept;
        for (int j = 0; j < MAX_INPUTS && tensor->inputs[j]; j++)
            if (tensor->inputs[j]->has_gradient && (tensor->operation->passes_gradient >> j & 1))
                plan_pass(plan, tensor, tensor->inputs[j]);
    }
}

/* A walk runs backward in its own order: all values and states last, gradients have no blocks, and
 * any share may have to be staged. */
static void plan_walk(Plan *plan) {
    Graph *graph = plan->graph;
    for (int i = 0; i < graph->count; i++) {
        const int times[] = {0, graph->num_forward_steps};
        for (int t = 0; t < 2; t++) {
            touch(plan, plan->value[i], times[t]);
            touch(plan, plan->state[i], times[t]);
        }
        for (int j = 0; j < MAX_INPUTS; j++)
            graph->tensors[i]->accumulate[j] = true;
    }
}

/* Kept tensors and graph inputs last for the whole run. */
static void touch_kept(Plan *plan) {
    Graph *graph = plan->graph;
    plan->end = backward_time(plan) + 1;
    for (int i = 0; i < graph->count; i++) {
        const Tensor *tensor = graph->tensors[i];
        if (tensor->replaced_by || (tensor->operation && !tensor->kept))
            continue;
        touch(plan, plan->value[i], 0);
        touch(plan, plan->value[i], plan->end);
        touch(plan, plan->gradient[i], plan->end);
    }
}

/* An operation may write over its input if no later operation reads that input. */
static void merge_in_place(Plan *plan) {
    Graph *graph = plan->graph;
    for (int time = 0; time < graph->num_forward_steps && !graph->options.loops; time++) {
        const Tensor *tensor = graph->forward_steps[time];
        if (!tensor->operation->forward_in_place)
            continue;
        int own = plan->value[tensor->index];
        int input = plan->value[tensor_read_source(tensor->inputs[0])->index];
        if (input == own || plan->blocks[input].last != time ||
            plan->blocks[input].bytes != plan->blocks[own].bytes)
            continue;
        plan->blocks[input].last = plan->blocks[own].last;
        plan->blocks[own] = (Block){.first = INT32_MAX, .last = -1};
        for (int i = 0; i < graph->count; i++)
            if (plan->value[i] == own)
                plan->value[i] = input;
    }
}

static int by_bytes_descending(const void *a, const void *b) {
    const Block *one = *(Block *const *)a, *other = *(Block *const *)b;
    if (one->bytes != other->bytes)
        return one->bytes < other->bytes ? 1 : -1;
    return (one > other) - (one < other);
}

/* The lowest offset at which the block overlaps no placed block that is needed at the same time. */
static size_t place(Block *const *placed, int count, const Block *block) {
    size_t offset = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < count; i++) {
            const Block *other = placed[i];
            bool same_time = other->first <= block->last && block->first <= other->last;
            bool same_place =
                other->offset < offset + block->bytes && offset < other->offset + other->bytes;
            if (same_time && same_place) {
                offset = other->offset + other->bytes;
                moved = true;
            }
        }
    }
    return offset;
}

static void place_blocks(Plan *plan) {
    Block **order = memory_new((size_t)plan->num_blocks, sizeof(Block *));
    for (int i = 0; i < plan->num_blocks; i++)
        order[i] = &plan->blocks[i];
    qsort(order, (size_t)plan->num_blocks, sizeof(Block *), by_bytes_descending);
    size_t bytes = 0;
    for (int i = 0; i < plan->num_blocks; i++) {
        order[i]->offset = place(order, i, order[i]);
        bytes = max_size(bytes, order[i]->offset + order[i]->bytes);
    }
    free(order);
    plan->graph->memory_bytes = bytes;
}

/* Before values and gradients are taken, so that the message has the sum. */
static void take_memory(Graph *graph) {
    const Tensor *input = graph->tensors[0];
    char shape[SHAPE_TEXT];
    const char *what = arena_printf(graph->arena, "the graph of %s %s", input->name,
                                    shape_text(input->shape, shape));
    memory_require(graph->memory_bytes + graph->workspace_bytes, what);
    graph->memory = memory_new(graph->memory_bytes, 1);
}

static void *block_memory(const Plan *plan, int block) {
    return block == NO_BLOCK ? NULL : (char *)plan->graph->memory + plan->blocks[block].offset;
}

static void set_pointers(const Plan *plan) {
    Graph *graph = plan->graph;
    for (int i = 0; i < graph->count; i++) {
        Tensor *tensor = graph->tensors[i];
        tensor->values = block_memory(plan, plan->value[i]);
        tensor->gradient = block_memory(plan, plan->gradient[i]);
        tensor->state = block_memory(plan, plan->state[i]);
        size_t staging = 0;
        for (int j = 0; j < MAX_INPUTS && tensor->inputs[j]; j++)
            staging += tensor->accumulate[j] ? tensor_bytes(tensor->inputs[j]) : 0;
        if (staging > graph->staging_bytes &&
            (graph->options.loops || !tensor->operation->accumulates))
            graph->staging_bytes = staging;
    }
}

static Plan plan_new(Graph *graph) {
    size_t count = (size_t)graph->count;
    Plan plan = {.graph = graph,
                 .leads_to_target = memory_new(count, sizeof(bool)),
                 .needed = memory_new(count, sizeof(bool)),
                 .value = memory_new(count, sizeof(int)),
                 .gradient = memory_new(count, sizeof(int)),
                 .state = memory_new(count, sizeof(int)),
                 .readers = memory_new(count, sizeof(int)),
                 .blocks = memory_new(3 * count, sizeof(Block))};
    for (int i = 0; i < graph->count; i++)
        plan.value[i] = plan.gradient[i] = plan.state[i] = NO_BLOCK;
    return plan;
}

static void plan_free(Plan *plan) {
    free(plan->leads_to_target);
    free(plan->needed);
    free(plan->value);
    free(plan->gradient);
    free(plan->state);
    free(plan->readers);
    free(plan->blocks);
}

void graph_plan(Graph *graph) {
    Plan plan = plan_new(graph);
    mark_needed(&plan);
    mark_gradients(&plan);
    list_forward_steps(&plan);
    assign_values(&plan);
    touch_forward(&plan);
    if (graph->options.walk && graph->backward)
        plan_walk(&plan);
    else
        plan_backward(&plan);
    touch_kept(&plan);
    merge_in_place(&plan);
    place_blocks(&plan);
    take_memory(graph);
    set_pointers(&plan);
    plan_free(&plan);
}
