#include "training/profile.h"

#include "base/memory.h"
#include "graph/operation.h"
#include "show/table.h"

#include <stdlib.h>

typedef struct OperationTime {
    const Operation *operation;
    int tensors;
    double forward, backward; /* seconds */
} OperationTime;

void profile_switch(Graph *graph, bool is_on) {
    graph->profile = is_on;
}

/* Most time first. */
static int compare(const void *a, const void *b) {
    const OperationTime *first = a, *second = b;
    double difference = second->forward + second->backward - first->forward - first->backward;
    return (difference > 0) - (difference < 0);
}

static int add_up(const Graph *graph, OperationTime *times) {
    int count = 0;
    for (int i = 0; i < graph->count; i++) {
        const Tensor *tensor = graph->tensors[i];
        if (!tensor->operation || tensor->replaced_by)
            continue;
        int at = 0;
        while (at < count && times[at].operation != tensor->operation)
            at++;
        if (at == count)
            times[count++] = (OperationTime){.operation = tensor->operation};
        times[at].tensors++;
        times[at].forward += tensor->forward_seconds;
        times[at].backward += tensor->backward_seconds;
    }
    qsort(times, (size_t)count, sizeof *times, compare);
    return count;
}

void profile_print(const Graph *graph, int steps, double step_seconds) {
    OperationTime *times = memory_new((size_t)graph->count, sizeof(OperationTime));
    int count = add_up(graph, times);
    double rest = step_seconds;
    Table *table = table_new("operation | count | forward ms | backward ms | share %");
    for (int i = 0; i < count; i++) {
        double both = times[i].forward + times[i].backward;
        rest -= both;
        table_row(table, "%s | %d | %.2f | %.2f | %.1f", times[i].operation->name, times[i].tensors,
                  1e3 * times[i].forward / steps, 1e3 * times[i].backward / steps,
                  100 * both / step_seconds);
    }
    table_rule(table);
    table_row(table, "update and the rest | | | %.2f | %.1f", 1e3 * rest / steps,
              100 * rest / step_seconds);
    table_row(table, "step | | | %.2f | 100.0", 1e3 * step_seconds / steps);
    table_print(table);
    free(times);
}
