#include "graph/node.h"

#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

void gradient_take(Node *node) {
    require(!node->gradient,
            "%s: gradient_take(), but its gradient has memory already; take it once, for the first "
            "share, and add the others",
            node->name);
    node->gradient = memory_new(node->count, sizeof(float));
    for (size_t i = 0; i < node->count; i++)
        node->gradient[i] = NAN;
    GradientMemory *memory = node->memory;
    memory->bytes += node->count * sizeof(float);
    memory->most_bytes = max_size(memory->most_bytes, memory->bytes);
}

void gradient_release(Node *node) {
    require(node->gradient,
            "%s: gradient_release(), but its gradient has no memory; release it once, behind its "
            "own step",
            node->name);
    free(node->gradient);
    node->gradient = NULL;
    node->memory->bytes -= node->count * sizeof(float);
}
