#include "weights.h"

#include <math.h>
#include <string.h>

void soft_threshold(size_t count, float threshold, float *weights) {
    for (size_t i = 0; i < count; i++)
        weights[i] = copysignf(fmaxf(fabsf(weights[i]) - threshold, 0), weights[i]);
}

void round_weights(size_t count, int bits, const float *weights, float *rounded) {
    float largest = 0;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmaxf(largest, fabsf(weights[i]));
        sum += (double)fabsf(weights[i]);
    }
    float mean = (float)(sum / (double)count);
    float step = largest / (float)((1 << (bits - 1)) - 1);
    for (size_t i = 0; i < count; i++)
        rounded[i] = bits == 1     ? copysignf(mean, weights[i])
                     : largest > 0 ? step * rintf(weights[i] / step)
                                   : 0;
}

/* ---- on a store ---- */

static bool is_kernel(const Parameter *parameter) {
    return parameter->role == PARAMETER_KERNEL;
}

void weights_round(Params *params, int bits) {
    for (int p = 0; p < params_count(params); p++) {
        const Parameter *parameter = params_at(params, p);
        float *weights = parameter_values(parameter);
        if (is_kernel(parameter))
            round_weights(parameter->count, bits, weights, weights);
    }
}

double weights_zeros(const Params *params) {
    size_t zeros = 0, all = 0;
    for (int p = 0; p < params_count(params); p++) {
        const Parameter *parameter = params_at(params, p);
        if (!is_kernel(parameter))
            continue;
        for (size_t i = 0; i < parameter->count; i++)
            zeros += parameter_values(parameter)[i] == 0;
        all += parameter->count;
    }
    return (double)zeros / (double)all;
}

/* ---- after a step ---- */

static void shrink(const Params *params, float threshold) {
    for (int p = 0; p < params_count(params); p++) {
        const Parameter *parameter = params_at(params, p);
        if (is_kernel(parameter))
            soft_threshold(parameter->count, threshold, parameter_values(parameter));
    }
}

static void straight_through(WeightRules *rules, Params *params) {
    if (!rules->exact) {
        rules->exact = params_copy(params);
        rules->rounded = params_copy(params);
    }
    size_t count = params_block_count(params);
    float *exact = params_values(rules->exact), *rounded = params_values(rules->rounded);
    float *values = params_values(params);
    for (size_t i = 0; i < count; i++)
        exact[i] += values[i] - rounded[i];
    memcpy(values, exact, count * sizeof(float));
    weights_round(params, rules->bits);
    memcpy(rounded, values, count * sizeof(float));
}

void weight_rules_apply(void *state, Params *params, float learning_rate) {
    WeightRules *rules = state;
    if (rules->l1 > 0)
        shrink(params, learning_rate * rules->l1 / (1 - rules->momentum));
    if (rules->bits > 0)
        straight_through(rules, params);
}

void weight_rules_free(WeightRules *rules) {
    params_free(rules->exact);
    params_free(rules->rounded);
}
