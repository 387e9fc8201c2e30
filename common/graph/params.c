#include "graph/params.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A flat block of parameters' values. */
typedef struct Block {
    size_t count;     /* floats recorded */
    size_t allocated; /* floats in memory */
    float *values;
} Block;

struct Params {
    uint64_t seed;
    Arena *arena;
    Parameter **parameters;
    int count;
    int initialised; /* parameters that have their initial values */
    Block trainable, moving;
    float *gradients, *velocity;
    size_t training_allocated; /* floats in gradients, and in velocity */
};

enum { FLOATS_A_LINE = 16 }; /* 64 bytes */

Params *params_new(uint64_t seed) {
    Params *params = memory_new(1, sizeof *params);
    params->seed = seed;
    params->arena = arena_new();
    return params;
}

void params_free(Params *params) {
    if (!params)
        return;
    free(params->trainable.values);
    free(params->moving.values);
    free(params->gradients);
    free(params->velocity);
    free(params->parameters);
    arena_free(params->arena);
    free(params);
}

bool parameter_is_trainable(const Parameter *parameter) {
    return parameter->role != PARAMETER_MOVING_MEAN && parameter->role != PARAMETER_MOVING_VARIANCE;
}

Parameter *params_find(const Params *params, const char *name) {
    for (int i = 0; i < params->count; i++)
        if (strcmp(params->parameters[i]->name, name) == 0)
            return params->parameters[i];
    return NULL;
}

static Parameter *params_append(Params *params) {
    params->parameters = memory_grow(params->parameters, params->count, sizeof(Parameter *));
    Parameter *parameter = arena_alloc(params->arena, sizeof *parameter);
    params->parameters[params->count++] = parameter;
    return parameter;
}

Parameter *params_get(Params *params, const char *name, Shape shape, ParameterRole role) {
    Parameter *parameter = params_find(params, name);
    if (parameter) {
        char had[SHAPE_TEXT], wanted[SHAPE_TEXT];
        require(shape_equal(parameter->shape, shape) && parameter->role == role,
                "parameter %s was made with shape %s and is now wanted with shape %s; give one of "
                "the two another scope or name",
                name, shape_text(parameter->shape, had), shape_text(shape, wanted));
        return parameter;
    }
    char text[SHAPE_TEXT];
    require(shape_is_countable(shape),
            "parameter %s of shape %s has too many values; use fewer channels or a smaller kernel",
            name, shape_text(shape, text));
    parameter = params_append(params);
    *parameter = (Parameter){.params = params,
                             .name = arena_printf(params->arena, "%s", name),
                             .shape = shape,
                             .role = role,
                             .count = shape_count(shape)};
    Block *block = parameter_is_trainable(parameter) ? &params->trainable : &params->moving;
    parameter->offset = block->count;
    block->count += (parameter->count + FLOATS_A_LINE - 1) / FLOATS_A_LINE * FLOATS_A_LINE;
    return parameter;
}

int params_count(const Params *params) {
    return params->count;
}

Parameter *params_at(const Params *params, int index) {
    return params->parameters[index];
}

/* Moves values to memory for new_count floats; the new ones are zero. */
static float *grown(float *values, size_t old_count, size_t new_count) {
    float *longer = memory_new(new_count, sizeof(float));
    if (old_count)
        memcpy(longer, values, old_count * sizeof(float));
    free(values);
    return longer;
}

static void initialise_kernel(const Parameter *parameter, float *values) {
    int filters = parameter->shape.size[parameter->shape.rank - 1];
    size_t fan_in = parameter->count / (size_t)filters;
    float deviation = sqrtf(2.0f / (float)fan_in);
    uint64_t key = random_stream(parameter->params->seed, random_name(parameter->name)).key;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < parameter->count; i++) {
        Random random = {key, 2 * i}; /* a normal number takes two draws */
        values[i] = deviation * random_normal(&random);
    }
}

static void initialise(const Parameter *parameter) {
    float *values = parameter_values(parameter);
    if (parameter->role == PARAMETER_KERNEL)
        initialise_kernel(parameter, values);
    if (parameter->role == PARAMETER_GAMMA || parameter->role == PARAMETER_MOVING_VARIANCE)
        for (size_t i = 0; i < parameter->count; i++)
            values[i] = 1;
}

static void allocate_block(Block *block) {
    if (block->count > block->allocated) {
        block->values = grown(block->values, block->allocated, block->count);
        block->allocated = block->count;
    }
}

static void allocate_training(Params *params) {
    size_t allocated = params->training_allocated, wanted = params->trainable.count;
    if (wanted == allocated)
        return;
    params->gradients = grown(params->gradients, allocated, wanted);
    params->velocity = grown(params->velocity, allocated, wanted);
    params->training_allocated = wanted;
}

/* What is only recorded may have more: tables need no memory. */
static void require_possible_shapes(const Params *params) {
    char text[SHAPE_TEXT];
    for (int i = params->initialised; i < params->count; i++)
        require(shape_is_possible(params->parameters[i]->shape),
                "parameter %s of shape %s has too many values to be computed; use fewer channels "
                "or a smaller kernel",
                params->parameters[i]->name, shape_text(params->parameters[i]->shape, text));
}

void params_allocate(Params *params) {
    require_possible_shapes(params);
    allocate_block(&params->trainable);
    if (params->training_allocated)
        allocate_training(params);
    allocate_block(&params->moving);
    for (; params->initialised < params->count; params->initialised++)
        initialise(params->parameters[params->initialised]);
}

void params_allocate_training(Params *params) {
    params_allocate(params);
    allocate_training(params);
}

Params *params_copy(const Params *params) {
    Params *copy = params_new(0);
    for (int i = 0; i < params->count; i++) {
        const Parameter *parameter = params->parameters[i];
        params_get(copy, parameter->name, parameter->shape, parameter->role);
    }
    params_allocate(copy);
    params_copy_values(params, copy);
    return copy;
}

/* A block without values has no array, and memcpy takes none. */
static void copy_block(const Block *block, Block *copy) {
    if (block->allocated > 0)
        memcpy(copy->values, block->values, block->allocated * sizeof(float));
}

void params_copy_values(const Params *params, Params *copy) {
    copy_block(&params->trainable, &copy->trainable);
    copy_block(&params->moving, &copy->moving);
}

float *parameter_values(const Parameter *parameter) {
    const Params *params = parameter->params;
    return (parameter_is_trainable(parameter) ? params->trainable : params->moving).values +
           parameter->offset;
}

float *parameter_gradient(const Parameter *parameter) {
    return parameter->params->gradients + parameter->offset;
}

float *parameter_velocity(const Parameter *parameter) {
    return parameter->params->velocity + parameter->offset;
}

size_t params_block_count(const Params *params) {
    return params->trainable.allocated;
}

float *params_values(Params *params) {
    return params->trainable.values;
}

float *params_gradients(Params *params) {
    return params->gradients;
}

float *params_velocity(Params *params) {
    return params->velocity;
}

size_t params_moving_block_count(const Params *params) {
    return params->moving.allocated;
}

float *params_moving_values(Params *params) {
    return params->moving.values;
}

static size_t count_where(const Params *params, bool trainable) {
    size_t count = 0;
    for (int i = 0; i < params->count; i++)
        if (parameter_is_trainable(params->parameters[i]) == trainable)
            count += params->parameters[i]->count;
    return count;
}

size_t params_trainable_count(const Params *params) {
    return count_where(params, true);
}

size_t params_moving_count(const Params *params) {
    return count_where(params, false);
}
