#include "gradient_check.h"

#include <check.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "base/memory.h"

static const double step = 1.0 / 64;  /* h; directions have elements of at most 1 */
static const double tolerance = 2e-3; /* of the gradient's root mean square, times |v| */
static const double rounding = 3e-7;  /* of L, relative to its terms; divided by h */

enum { DENSE_DIRECTIONS = 1, AXIS_DIRECTIONS = 2 };

GradientCheck gradient_check_new(const char *what, int number, DataFormat format, bool loops) {
    omp_set_num_threads(1); /* tiny graphs gain nothing from threads */
    GradientCheck check = {.what = what, .number = number, .params = params_new(1)};
    check.random = random_stream(random_name(what), (uint64_t)number);
    check.graph = graph_new(check.params, (GraphOptions){.data_format = format, .loops = loops});
    return check;
}

static void add_variable(GradientCheck *check, Variable variable) {
    ck_assert_int_lt(check->num_variables, MAX_VARIABLES);
    variable.moved = memory_new(variable.count, sizeof(float));
    variable.gradient = memory_new(variable.count, sizeof(float));
    variable.direction = memory_new(variable.count, sizeof(float));
    check->variables[check->num_variables++] = variable;
}

Tensor *gradient_check_input(GradientCheck *check, const char *name, Shape shape, float *values) {
    Tensor *tensor = graph_input(check->graph, name, shape);
    tensor_keep(tensor);
    size_t count = shape_count(shape);
    add_variable(check,
                 (Variable){.tensor = tensor,
                            .count = count,
                            .values = values ? values : random_normals(&check->random, count)});
    return tensor;
}

Tensor *gradient_check_constant(GradientCheck *check, Shape shape, float *values) {
    check->constant = graph_input(check->graph, "constant", shape);
    check->constant_values = values;
    return check->constant;
}

static double objective(const GradientCheck *check) {
    graph_forward(check->graph);
    tensor_read(check->target, check->outputs);
    double sum = 0;
    for (size_t i = 0; i < shape_count(tensor_shape(check->target)); i++)
        sum += (double)check->outputs[i] * check->upstream[i];
    return sum;
}

/* The root of the sum of the squares of what L is the sum of. */
static double terms(const GradientCheck *check) {
    double squares = 0;
    for (size_t i = 0; i < shape_count(tensor_shape(check->target)); i++)
        squares += pow((double)check->outputs[i] * check->upstream[i], 2);
    return sqrt(squares);
}

/* Sets the variable to values + t * direction. */
static void move(const Variable *variable, double t) {
    float *to = variable->parameter ? parameter_values(variable->parameter) : variable->moved;
    for (size_t i = 0; i < variable->count; i++)
        to[i] = (float)(variable->values[i] + t * variable->direction[i]);
    if (variable->tensor)
        tensor_write(variable->tensor, to);
}

static double objective_at(const GradientCheck *check, const Variable *variable, double t) {
    move(variable, t);
    return objective(check);
}

static void check_direction(const GradientCheck *check, int number) {
    const Variable *variable = &check->variables[number];
    double h = step;
    double difference =
        (8 * (objective_at(check, variable, h) - objective_at(check, variable, -h)) -
         (objective_at(check, variable, 2 * h) - objective_at(check, variable, -2 * h))) /
        (12 * h);
    move(variable, 0);
    double expected = 0, squares = 0, direction_squares = 0;
    for (size_t i = 0; i < variable->count; i++) {
        expected += (double)variable->gradient[i] * variable->direction[i];
        squares += (double)variable->gradient[i] * variable->gradient[i];
        direction_squares += (double)variable->direction[i] * variable->direction[i];
    }
    double size = sqrt(squares / (double)variable->count);
    double allowed = tolerance * size * sqrt(direction_squares) + rounding / step * terms(check);
    ck_assert_msg(fabs(difference - expected) <= allowed,
                  "%s, configuration %d, variable %d (%s): the gradient says %.9g, finite "
                  "differences %.9g, %.2g allowed",
                  check->what, check->number, number,
                  variable->tensor ? tensor_name(variable->tensor) : variable->parameter->name,
                  expected, difference, allowed);
}

static void check_variable(GradientCheck *check, int number) {
    Variable *variable = &check->variables[number];
    for (int d = 0; d < DENSE_DIRECTIONS; d++) {
        for (size_t i = 0; i < variable->count; i++)
            variable->direction[i] = 2 * random_uniform(&check->random) - 1;
        check_direction(check, number);
    }
    for (int d = 0; d < AXIS_DIRECTIONS; d++) {
        for (size_t i = 0; i < variable->count; i++)
            variable->direction[i] = 0;
        variable->direction[random_below(&check->random, (int)variable->count)] = 1;
        check_direction(check, number);
    }
}

static void prepare(GradientCheck *check, Tensor *target) {
    check->target = target;
    size_t count = shape_count(tensor_shape(target));
    check->upstream = random_normals(&check->random, count);
    check->outputs = memory_new(count, sizeof(float));
    graph_compile(check->graph, target, true);
    poison(check->graph);
    for (int i = 0; i < params_count(check->params); i++) {
        Parameter *parameter = params_at(check->params, i);
        if (parameter_is_trainable(parameter))
            add_variable(check,
                         (Variable){.parameter = parameter,
                                    .count = parameter->count,
                                    .values = random_normals(&check->random, parameter->count)});
    }
    for (int i = 0; i < check->num_variables; i++)
        move(&check->variables[i], 0);
    if (check->constant)
        tensor_write(check->constant, check->constant_values);
}

static void read_gradients(GradientCheck *check) {
    for (int i = 0; i < check->num_variables; i++) {
        const Variable *variable = &check->variables[i];
        if (variable->tensor)
            tensor_read_gradient(variable->tensor, variable->gradient);
        else
            memcpy(variable->gradient, parameter_gradient(variable->parameter),
                   variable->count * sizeof(float));
    }
}

static void free_all(GradientCheck *check) {
    for (int i = 0; i < check->num_variables; i++) {
        free(check->variables[i].values);
        free(check->variables[i].moved);
        free(check->variables[i].gradient);
        free(check->variables[i].direction);
    }
    free(check->constant_values);
    free(check->upstream);
    free(check->outputs);
    graph_free(check->graph);
    params_free(check->params);
}

void gradient_check_run(GradientCheck *check, Tensor *target) {
    prepare(check, target);
    graph_forward(check->graph);
    graph_backward(check->graph, check->upstream);
    read_gradients(check);
    for (int i = 0; i < check->num_variables; i++)
        check_variable(check, i);
    free_all(check);
}
