/* Exercise 08_training, part 6: how good is it?
 *
 * Loss and accuracy over all images of the source, batch by batch. Two things to mind:
 *   - The last batch may be partly filled: batch_source_next() returns how many of its images are
 *     real, and only those count.
 *   - The result is a mean over images, not over batches: add up over all images first, and divide
 *     once, by batch_source_count().
 *
 * compute_logits() and the memory are there. Step by step, for each batch:
 *   1. The logits of the batch: these are of view 0, the images themselves.
 *   2. The mean over all views, in logits. For each view 1, 2, ..., views - 1: the batch in this
 *      view (batch_source_view() of images into seen), its logits (compute_logits() into
 *      view_logits), and add these to logits. After the last one, divide by views.
 *   3. For each REAL image: add its loss (softmax_cross_entropy_forward_loops() of part 1 with a
 *      batch of one, no smoothing, and probabilities for what it writes), and count it as right if
 *      its largest logit is the label's. Labels are floats: (int)labels[n]. */
#include "base/memory.h"
#include "pieces/loops.h"
#include "pieces/training.h"

#include <stdlib.h>

static void compute_logits(const Network *network, const float *images, const float *labels,
                           float *logits) {
    tensor_write(network->images, images);
    tensor_write(network->labels, labels);
    graph_forward(network->graph);
    tensor_read(network->logits, logits);
}

static int largest_logit(const float *logits, int classes) {
    int largest = 0;
    for (int k = 1; k < classes; k++)
        if (logits[k] > logits[largest])
            largest = k;
    return largest;
}

Evaluation evaluate(const Network *network, BatchSource *source, int views) {
    int classes = tensor_shape(network->logits).size[1];
    size_t logit_count = (size_t)network->batch * classes;
    float *images = memory_new(batch_source_floats(source), sizeof(float));
    float *seen = memory_new(batch_source_floats(source), sizeof(float));
    float *labels = memory_new((size_t)network->batch, sizeof(float));
    float *logits = memory_new(logit_count, sizeof(float));
    float *view_logits = memory_new(logit_count, sizeof(float));
    float *probabilities = memory_new((size_t)classes, sizeof(float));

    double loss = 0, right = 0;
    int count;
    batch_source_start(source, 0);
    while ((count = batch_source_next(source, images, labels)) > 0) {
        compute_logits(network, images, labels, logits);
        /* stub: */
        for (int view = 1; view < views; view++) {
            batch_source_view(source, images, view, seen);
            compute_logits(network, seen, labels, view_logits);
            for (size_t i = 0; i < logit_count; i++)
                logits[i] += view_logits[i];
        }
        for (size_t i = 0; i < logit_count; i++)
            logits[i] /= (float)views;
        for (int n = 0; n < count; n++) { /* not the whole batch: the last may be partly filled */
            const float *row = logits + (size_t)n * classes;
            int label = (int)labels[n];
            loss += softmax_cross_entropy_forward_loops(1, classes, 0, row, &label, probabilities);
            right += largest_logit(row, classes) == label;
        }
    }

    free(images);
    free(seen);
    free(labels);
    free(logits);
    free(view_logits);
    free(probabilities);
    return (Evaluation){loss / batch_source_count(source), right / batch_source_count(source)};
}
