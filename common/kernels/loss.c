/* Losses. A batch is cut into PARTS parts by its size alone. One thread sums a part, and the parts
 * are added in order, so the bits do not depend on the number of threads. */
#include "kernels/loss.h"

#include <math.h>

enum { PARTS = 64 };

static size_t part_begin(size_t count, int part) {
    return count * (size_t)part / PARTS;
}

static double total(const double parts[PARTS]) {
    double sum = 0;
    for (int part = 0; part < PARTS; part++)
        sum += parts[part];
    return sum;
}

/* Returns the loss of one image and writes its probabilities. */
static double cross_entropy(int classes, double label_smoothing, const float *logits, int label,
                            float *probabilities) {
    double largest = logits[0], sum = 0, sum_logits = 0;
    for (int k = 1; k < classes; k++)
        largest = fmax(largest, logits[k]);
    for (int k = 0; k < classes; k++) {
        sum += exp(logits[k] - largest);
        sum_logits += logits[k] - largest;
    }
    double log_sum = log(sum);
    for (int k = 0; k < classes; k++)
        probabilities[k] = (float)exp(logits[k] - largest - log_sum);
    return log_sum - (1 - label_smoothing) * (logits[label] - largest) -
           label_smoothing * sum_logits / classes;
}

double softmax_cross_entropy_sum(int batch, int classes, float label_smoothing, const float *logits,
                                 const int *labels, float *probabilities) {
    double parts[PARTS];
#pragma omp parallel for schedule(static)
    for (int part = 0; part < PARTS; part++) {
        double sum = 0;
        for (size_t n = part_begin((size_t)batch, part); n < part_begin((size_t)batch, part + 1);
             n++)
            sum += cross_entropy(classes, label_smoothing, logits + n * classes, labels[n],
                                 probabilities + n * classes);
        parts[part] = sum;
    }
    return total(parts);
}

float softmax_cross_entropy_forward(int batch, int classes, float label_smoothing,
                                    const float *logits, const int *labels, float *probabilities) {
    return (float)(softmax_cross_entropy_sum(batch, classes, label_smoothing, logits, labels,
                                             probabilities) /
                   batch);
}

void softmax_cross_entropy_backward(int batch, int classes, float label_smoothing,
                                    const float *probabilities, const int *labels, float d_loss,
                                    float *d_logits) {
    float scale = d_loss / (float)batch, target = label_smoothing / (float)classes;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < batch; n++) {
        const float *probability = probabilities + (size_t)n * classes;
        float *d_logit = d_logits + (size_t)n * classes;
        float labelled = probability[labels[n]];
        for (int k = 0; k < classes; k++)
            d_logit[k] = scale * (probability[k] - target);
        d_logit[labels[n]] = scale * (labelled - target - (1 - label_smoothing));
    }
}

double squared_error_sum(size_t count, const float *predictions, const float *targets) {
    double parts[PARTS];
#pragma omp parallel for schedule(static)
    for (int part = 0; part < PARTS; part++) {
        double sum = 0;
        for (size_t i = part_begin(count, part); i < part_begin(count, part + 1); i++) {
            double difference = (double)predictions[i] - targets[i];
            sum += difference * difference;
        }
        parts[part] = sum;
    }
    return total(parts);
}

float mean_squared_error_forward(size_t count, const float *predictions, const float *targets) {
    return (float)(squared_error_sum(count, predictions, targets) / (double)count);
}

void mean_squared_error_backward(size_t count, const float *predictions, const float *targets,
                                 float d_loss, float *d_predictions) {
    float scale = 2 * d_loss / (float)count;
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < count; i++)
        d_predictions[i] = scale * (predictions[i] - targets[i]);
}
