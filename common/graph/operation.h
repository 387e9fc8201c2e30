/* What an operation is and what a tensor holds; for graph/, layers/, export/ and
 * training/profile.c alone.
 *
 * An operation is one constant table row in a file of layers/: how it runs forward and backward, on
 * the vectorised kernels and on the textbook loops, and what the compile step must know to share
 * memory. How to add one: common/README.md.
 *
 * Tensors with four axes are in graph->memory_format: the graph's data format on the loops, always
 * channels_last on the vectorised kernels. */
#ifndef GRAPH_OPERATION_H
#define GRAPH_OPERATION_H

#include "base/memory.h"
#include "graph/graph.h"

enum { MAX_INPUTS = 2, MAX_PARAMETERS = 4, MAX_SCOPE = 512 };

typedef struct Operation {
    const char *name;
    /* Merges the tensor with its neighbours. Called for the tensors in the order of recording, but
     * not in a graph of loops. May be NULL. */
    void (*fuse)(Tensor *tensor);
    /* Sets state_bytes and reserves workspace. Called after all fusions. May be NULL. */
    void (*prepare)(Tensor *tensor);
    void (*forward)(Tensor *tensor);
    /* Writes the gradients of the parameters and of those inputs that have one. */
    void (*backward)(Tensor *tensor);
    /* The same by the textbook loops. NULL: forward and backward serve both. */
    void (*loops_forward)(Tensor *tensor);
    void (*loops_backward)(Tensor *tensor);
    /* What backward reads, so that it must last: input i's values if bit i is set; the outputs. */
    unsigned backward_reads_inputs;
    bool backward_reads_outputs;
    /* Bit i: input i is data (labels, targets) and gets no gradient. */
    unsigned data_inputs;
    /* Bit i: input i's gradient is the output's gradient itself. */
    unsigned passes_gradient;
    /* The output is the first input's memory under another shape. */
    bool is_view;
    /* On the vectorised kernels, the output may replace the first input; and the first input's
     * gradient the output's. */
    bool forward_in_place, backward_in_place;
    /* On the vectorised kernels, backward adds to a gradient if Tensor.accumulate says so. */
    bool accumulates;
    /* Vectorised kernels only: the operation can apply a batch norm and ReLU to its first input. */
    bool applies_batch_norm;
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
    Tensor *replaced_by;  /* the tensor that stands for this one after a fusion, or NULL */
    bool holds_others;    /* stands for another tensor: its own values are not in memory */
    bool only_statistics; /* a batch norm that its readers apply: its values are not in memory */
    bool has_gradient;
    bool accumulate[MAX_INPUTS]; /* the input's gradient holds another share: add to it */
    size_t state_bytes;          /* of state, which forward keeps for backward */
    float *values, *gradient;
    void *state;
    double forward_seconds, backward_seconds;
};

/* One step of the backward pass. source NULL: the backward of tensor's operation. Otherwise
 * source's gradient is copied to tensor's, or added to it. */
typedef struct BackwardStep {
    Tensor *tensor, *source;
    bool accumulate;
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
    int workspace_threads; /* the number of threads that the workspace is enough for */
    size_t constant_bytes; /* given out by graph_constants() */
    float *staging;        /* one step's input gradients, for operations that cannot accumulate */
    size_t staging_bytes;
    Node *nodes, **walked; /* of a graph with a walk: by Tensor.index; in order */
    int num_nodes;         /* in order */
    GradientMemory gradients;
    uint64_t run;           /* the number of forward passes so far */
    const char *not_finite; /* see graph_not_finite() */
    bool profile;
};

/* Records the operation on inputs a and b (may be NULL) and returns its tensor. name NULL stands
 * for the operation's name with a number. options (may be NULL) are copied. */
Tensor *tensor_record(const Operation *operation, const char *name, Tensor *a, Tensor *b,
                      Shape shape, const void *options, size_t options_bytes);

/* Gives the tensor its parameter number `index`, named "<tensor's name>/<name>". */
void tensor_parameter(Tensor *tensor, int index, const char *name, Shape shape, ParameterRole role);

/* For messages: "block_layer0/regular_block0/conv2d (inputs: relu)". */
const char *tensor_place(const Tensor *inputs, const char *operation);

/* Ends the program unless inputs has this rank. */
void require_rank(const Tensor *inputs, int rank, const char *operation);

/* The groups of the tensor's batch. Ends the program unless they have equally many images. */
Groups tensor_groups(const Tensor *tensor);

/* Where backward writes the first input's gradient; NULL if it has none. */
float *input_gradient(const Tensor *tensor);

/* Makes the graph's workspace at least `bytes` large. */
void graph_reserve_workspace(Graph *graph, size_t bytes);

/* Memory, all zero, in which a layer keeps what it computes once from constant parameters. */
float *graph_constants(Graph *graph, size_t floats);

/* Sets the tensor's gradient to upstream, in the graph's data format; NULL stands for ones. */
void tensor_write_upstream(Tensor *tensor, const float *upstream);

/* The tensor whose memory a reader of `tensor` reads: `tensor`, or the inputs of a batch norm that
 * its readers apply. */
Tensor *tensor_read_source(Tensor *tensor);

/* Runs one step of the backward pass, on gradients that have memory. */
void backward_step_run(const BackwardStep *step);

/* Of a graph with a walk: its nodes, after graph_plan(); and graph_backward(). */
void graph_walk_prepare(Graph *graph);
void graph_walk(Graph *graph, const float *upstream);

/* Gives back what the nodes' gradients hold. */
void graph_release_gradients(Graph *graph);

/* The last part of graph_compile(): steps, lifetimes and memory. */
void graph_plan(Graph *graph);

#endif
