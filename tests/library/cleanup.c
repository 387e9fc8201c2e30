#include "cleanup.h"

#include <stdlib.h>

#include "base/memory.h"

typedef struct Duty {
    struct Duty *next;
    void (*end)(void *thing);
    void *thing;
} Duty;

static Duty *duties;

void at_test_end(void (*end)(void *thing), void *thing) {
    Duty *duty = memory_new(1, sizeof *duty);
    *duty = (Duty){duties, end, thing};
    duties = duty;
}

static void clean_up(void) {
    while (duties) {
        Duty *duty = duties;
        duties = duty->next;
        duty->end(duty->thing);
        free(duty);
    }
}

TCase *tcase_with_cleanup(const char *name) {
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, NULL, clean_up);
    return tests;
}

void *memory_for_test(size_t count, size_t size) {
    void *memory = memory_new(count, size);
    at_test_end(free, memory);
    return memory;
}

static void end_params(void *params) {
    params_free(params);
}

Params *params_for_test(uint64_t seed) {
    Params *params = params_new(seed);
    at_test_end(end_params, params);
    return params;
}

static void end_graph(void *graph) {
    graph_free(graph);
}

Graph *graph_for_test(Params *params, GraphOptions options) {
    Graph *graph = graph_new(params, options);
    at_test_end(end_graph, graph);
    return graph;
}
