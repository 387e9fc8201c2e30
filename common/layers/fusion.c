#include "layers/fusion.h"

/* How many operations read the tensor. */
static int count_readers(const Tensor *tensor) {
    const Graph *graph = tensor->graph;
    int readers = 0;
    for (int i = tensor->index + 1; i < graph->count; i++)
        for (int j = 0; j < MAX_INPUTS; j++)
            readers += !graph->tensors[i]->replaced_by && graph->tensors[i]->inputs[j] == tensor;
    return readers;
}

bool fusion_is_private(const Tensor *tensor, const Operation *operation) {
    return tensor->operation == operation && !tensor->kept && count_readers(tensor) == 1;
}

void fusion_replace(Tensor *tensor, Tensor *replacement) {
    Graph *graph = tensor->graph;
    for (int i = tensor->index + 1; i < graph->count; i++)
        for (int j = 0; j < MAX_INPUTS; j++)
            if (graph->tensors[i]->inputs[j] == tensor)
                graph->tensors[i]->inputs[j] = replacement;
    tensor->replaced_by = replacement;
    replacement->holds_others = true;
    replacement->kept |= tensor->kept;
}
