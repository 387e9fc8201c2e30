/* Gradients against finite differences: for L = sum(outputs * upstream), upstream random, and a
 * direction v, the derivative of L(x + t v) at t = 0 must be sum(gradient * v). The fourth-order
 * central difference
 *     (8 (L(h) - L(-h)) - (L(2h) - L(-2h))) / (12 h)
 * is exact but for rounding where L is a polynomial of degree 4 in t, as for all layers but batch
 * norm and the losses; ReLU and max pools need values that stay clear of the kinks. Random dense
 * directions see every element at once, directions along one axis see one well. */
#ifndef TESTS_GRADIENT_CHECK_H
#define TESTS_GRADIENT_CHECK_H

#include "base/random.h"
#include "graph/graph.h"

enum { MAX_VARIABLES = 8 };

/* Values further apart than this, and from zero than half of it, stay on their side of a kink. */
static const float kink_free_gap = 0.1f;

/* What L is differentiated by: a graph input or a parameter. */
typedef struct Variable {
    Tensor *tensor;
    Parameter *parameter;
    size_t count;
    float *values, *moved, *gradient, *direction;
} Variable;

typedef struct GradientCheck {
    const char *what;
    int number; /* of the configuration, for messages */
    Random random;
    Params *params;
    Graph *graph;
    Tensor *constant; /* a graph input that is not differentiated by, or NULL */
    float *constant_values;
    Variable variables[MAX_VARIABLES];
    int num_variables;
    Tensor *target;
    float *upstream, *outputs;
} GradientCheck;

GradientCheck gradient_check_new(const char *what, int number, DataFormat format, bool loops);

/* A graph input to differentiate by; values NULL: random ones. Takes the values. */
Tensor *gradient_check_input(GradientCheck *check, const char *name, Shape shape, float *values);

/* A graph input that stays as it is, labels for instance. Takes the values. */
Tensor *gradient_check_constant(GradientCheck *check, Shape shape, float *values);

/* Compiles for the target, compares its gradients by all inputs and parameters, and frees all. */
void gradient_check_run(GradientCheck *check, Tensor *target);

#endif
