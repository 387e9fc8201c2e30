/* Diagnosis: every image is compared with the label of the first one. */
#include "pieces/loops.h"

#include <math.h>

float softmax_cross_entropy_forward_loops(int batch, int classes, float label_smoothing,
                                          const float *logits, const int *labels,
                                          float *probabilities) {
    double loss = 0;
    for (int n = 0; n < batch; n++) {
        const float *logit = logits + (size_t)n * classes;
        float *probability = probabilities + (size_t)n * classes;

        /* Taking the largest from every logit changes no probability, and exp cannot overflow. */
        double largest = logit[0];
        for (int k = 1; k < classes; k++)
            largest = fmax(largest, logit[k]);
        double sum = 0;
        for (int k = 0; k < classes; k++)
            sum += exp(logit[k] - largest);

        for (int k = 0; k < classes; k++) {
            /* Not log(probability): a probability may be too small for a float. */
            double log_probability = logit[k] - largest - log(sum);
            double target = label_smoothing / classes;
            if (k == labels[0])
                target += 1 - label_smoothing;
            probability[k] = (float)exp(log_probability);
            loss -= target * log_probability;
        }
    }
    return (float)(loss / batch);
}
