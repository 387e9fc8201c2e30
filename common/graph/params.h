/* The store of a model's parameters. It outlives the graphs that use them.
 *
 * Layout: the trainable parameters lie one after the other in three flat blocks of the same layout
 * (values, gradients, velocity), so the optimiser is one loop and a checkpoint is one walk; the
 * moving averages have a block of values of their own. Every parameter starts on a 64-byte
 * boundary; the gaps are zero and stay zero. */
#ifndef GRAPH_PARAMS_H
#define GRAPH_PARAMS_H

#include "graph/shape.h"
#include <stdint.h>

/* What a parameter is for: weight decay and the initial values depend on it. */
typedef enum ParameterRole {
    PARAMETER_KERNEL,          /* He normal: variance 2 / fan-in (He et al. 2015, eq. 10) */
    PARAMETER_BIAS,            /* 0 */
    PARAMETER_GAMMA,           /* 1 */
    PARAMETER_BETA,            /* 0 */
    PARAMETER_MOVING_MEAN,     /* 0, not trained */
    PARAMETER_MOVING_VARIANCE, /* 1, not trained */
} ParameterRole;

typedef struct Params Params;

typedef struct Parameter {
    Params *params;
    const char *name; /* as scoped: "block_layer0/regular_block0/conv2d_1/kernel" */
    Shape shape;
    ParameterRole role;
    size_t offset; /* in floats, into the role's flat block */
    size_t count;
} Parameter;

/* An empty store. A parameter's initial values depend on the seed and on its name alone. */
Params *params_new(uint64_t seed);
void params_free(Params *params);

/* The parameter called `name`, made if there is none. Ends the program if there is one of another
 * shape or role. Kernels are (R, S, C, K) or (C, K); the fan-in is the product of all but K. */
Parameter *params_get(Params *params, const char *name, Shape shape, ParameterRole role);

/* A store of the same parameters with the same values, which trains nothing. */
Params *params_copy(const Params *params);

/* Copies the values of all parameters to those of a copy. */
void params_copy_values(const Params *params, Params *copy);

/* The parameter called `name`, or NULL. */
Parameter *params_find(const Params *params, const char *name);

/* The parameters in the order in which they were made. */
int params_count(const Params *params);
Parameter *params_at(const Params *params, int index);

bool parameter_is_trainable(const Parameter *parameter);

/* Gives memory and initial values to the parameters that have none yet; graph_compile() calls it.
 * Recording alone takes no memory, so that the largest model can be counted on any machine. */
void params_allocate(Params *params);

/* params_allocate(), then memory for gradients and velocity, all zero; graph_compile() calls it for
 * a graph with a backward pass. */
void params_allocate_training(Params *params);

/* The parameter's values, gradients and velocity, valid until more parameters are allocated. Moving
 * averages have values only. */
float *parameter_values(const Parameter *parameter);
float *parameter_gradient(const Parameter *parameter);
float *parameter_velocity(const Parameter *parameter);

/* The flat blocks of all trainable parameters, params_block_count() floats each, gaps included.
 * Gradients and velocity are NULL before params_allocate_training(). */
size_t params_block_count(const Params *params);
float *params_values(Params *params);
float *params_gradients(Params *params);
float *params_velocity(Params *params);

/* The flat block of all moving averages, gaps included. */
size_t params_moving_block_count(const Params *params);
float *params_moving_values(Params *params);

/* The number of trained values (weights, biases, gamma, beta), and of moving averages. */
size_t params_trainable_count(const Params *params);
size_t params_moving_count(const Params *params);

#endif
