/* What an operation is and what a tensor holds; for graph/, layers/ and export/ alone.
 *
 * An operation is one constant table row in its own file in layers/: how it runs forward and
 * backward, on the vectorised kernels and on the textbook loops, and what the compile step must
 * know to share memory. How to add one: common/README.md.
 *
 * Memory of tensors with four axes is in graph->memory_format: channels_last on the vectorised
 * kernels, whatever the data format; the graph's own data format on the loops. */
#ifndef GRAPH_OPERATION_H
#define GRAPH_OPERATION_H

#include "base/memory.h"
#include "graph/graph.h"

enum { MAX_INPUTS = 2, MAX_PARAMETERS = 4, MAX_SCOPE = 512 };

typedef struct Operation {
    const char *name;
    /* Takes neighbours in, tensor by tensor in the order of recording; may be NULL. Not called for
     * a graph of loops. */
    void (*fuse)(Tensor *tensor);
    /* Sets state_bytes and the workspace, after all fusions; may be NULL. */
    void (*prepare)(Tensor *tensor);
    void (*forward)(Tensor *tensor);
    /* Writes the gradients of the parameters and of those inputs that have one. */
    void (*backward)(Tensor *tensor);
    /* The same by the textbook loops; NULL: forward and backward serve both. */
    void (*loops_forward)(Tensor *tensor);
    void (*loops_backward)(Tensor *tensor);
    /* Bit i: input i's values, or the outputs, must last until backward. */
    unsigned backward_reads_inputs;
    bool backward_reads_outputs;
    /* Bit i: input i is data (labels, targets) and gets no gradient. */
    unsigned data_inputs;
    /* Bit i: input i's gradient is the output's gradient itself. */
    unsigned passes_gradient;
    /* The output is the first input's memory under another shape. */
    bool is_view;
    /* Vectorised kernels only: the output may replace the first input, its gradient the output's. */
    bool forward_in_place, backward_in_place;
    /* Vectorised kernels only: backward adds to an input's gradient where accumulate says so. */
    bool accumulates;
} Operation;

struct Tensor {
    Graph *graph;
    const char *name;
    const Operation *operation; /* NULL: a graph input */
    Tensor *inputs[MAX_INPUTS];
    Parameter *parameters[MAX_PARAMETERS];
    Shape shape;
    void *options; /* the operation's own record */
    bool kept;
    int index; /* in graph->tensors */

    /* Set by graph_compile(). */
    Tensor *replaced_by;  /* fused away: these values stand there */
    bool holds_others;    /* so its own values are nowhere */
    bool only_statistics; /* a batch norm that its readers apply themselves: no values in memory */
    bool has_gradient;
    bool accumulate[MAX_INPUTS]; /* the input's gradient holds another share already */
    size_t state_bytes;          /* what forward keeps for backward beside its values */
    float *values, *gradient;
    void *state;
    double forward_seconds, backward_seconds;
};

/* One step of the backward pass: a tensor's operation, or from != NULL: tensor's gradient becomes
 * (or grows by) from's. */
typedef struct BackwardStep {
    Tensor *tensor, *from;
    bool grow;
} BackwardStep;

struct Graph {
    Params *params;
    GraphOptions options;
    DataFormat memory_format;
    Arena *arena;
    char scope[MAX_SCOPE];

    Tensor **tensors; /* in the order of recording */
    int count;

    /* Set by graph_compile(). */
    Tensor *target;
    bool compiled, backward;
    Tensor **forward_steps;
    int num_forward_steps;
    BackwardStep *backward_steps;
    int num_backward_steps;
    float *memory; /* all values, gradients and states */
    size_t memory_bytes;
    void *workspace; /* scratch of the step that runs */
    size_t workspace_bytes;
    int workspace_threads; /* it is enough for so many */
    size_t constant_bytes; /* what graph_constants() gave */
    float *staging;        /* one gradient, for operations that cannot accumulate */
    size_t staging_bytes;
    uint64_t run; /* how many forward passes there were */
    bool profile;
};

/* A new tensor that an operation makes of its inputs (b may be NULL). name NULL: the operation's
 * name, numbered. options (may be NULL) are copied. */
Tensor *tensor_record(const Operation *operation, const char *name, Tensor *a, Tensor *b,
                      Shape shape, const void *options, size_t options_bytes);

/* The tensor's parameter `index`, named "<tensor's name>/<name>". */
void tensor_parameter(Tensor *tensor, int index, const char *name, Shape shape, ParameterRole role);

/* For messages: "block_layer0/regular_block0: conv2d". */
const char *tensor_place(const Tensor *inputs, const char *operation);

/* Ends the program unless inputs has this rank. */
void require_rank(const Tensor *inputs, int rank, const char *operation);

/* The gradient that backward is to write for input i; NULL if none is wanted. */
float *input_gradient(const Tensor *tensor, int index);

/* At least this much workspace while the graph runs. */
void graph_reserve_workspace(Graph *graph, size_t bytes);

/* Memory that keeps what a layer computes once of constant parameters, all zero. */
float *graph_constants(Graph *graph, size_t floats);

/* The upstream gradient of the target, in the graph's data format; NULL stands for ones. */
void tensor_write_upstream(Tensor *tensor, const float *upstream);

/* The tensor whose values a reader of `tensor` needs in memory: itself, or the inputs of a batch
 * norm that the reader applies itself. */
Tensor *tensor_read_source(Tensor *tensor);

/* The compile step's last part: steps, lifetimes and memory. */
void graph_plan(Graph *graph);

#endif
