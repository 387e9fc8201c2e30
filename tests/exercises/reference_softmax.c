#include "reference_softmax.h"

/* What softmax should give for class k of an image with this label. */
static double target(int classes, double smoothing, int label, int k) {
    return (k == label ? 1 - smoothing : 0) + smoothing / classes;
}

double reference_softmax(int batch, int classes, double smoothing, const double *logits,
                         const int *labels, double *probabilities) {
    double loss = 0;
    for (int n = 0; n < batch; n++)
        for (int k = 0; k < classes; k++) {
            double sum = 0; /* of the others' odds against class k */
            for (int j = 0; j < classes; j++)
                sum += exp((double)(float)logits[n * classes + j] -
                           (double)(float)logits[n * classes + k]);
            probabilities[n * classes + k] = 1 / sum;
            loss += target(classes, smoothing, labels[n], k) * log(sum) / batch;
        }
    return loss;
}
