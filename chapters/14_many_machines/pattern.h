/* The pattern of a training step that is shared out over nodes: what a node computes, and which
 * exchanges come in between. It is read from a recorded network, so it is the library's own:
 *
 * - forward, each batch norm combines its statistics, and the loss is combined;
 * - backward, from the last layer to the first, each batch norm combines two sums more;
 * - the gradients are summed up by all_reduce(), and so are the moving averages. */
#ifndef MANY_MACHINES_PATTERN_H
#define MANY_MACHINES_PATTERN_H

#include "link.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An operation that computes or exchanges something. */
typedef struct PatternLayer {
    uint64_t multiply_adds; /* of an image, forward */
    size_t gradients;       /* floats */
    int channels;           /* of a batch norm; 0: it is none */
} PatternLayer;

typedef struct Pattern {
    int side;             /* of an image, pixels */
    PatternLayer *layers; /* in the order of recording */
    int count, batch_norms;
    uint64_t multiply_adds; /* of all layers, as is the rest */
    size_t gradients, moving;
} Pattern;

/* Records a ResNet of so many layers for the images that its form was published for: 224 x 224
 * with 3 channels and 1,000 classes, or, for CIFAR's, Fashion-MNIST's. */
Pattern pattern_new(int num_layers);
void pattern_free(Pattern *pattern);

typedef struct Step {
    const Pattern *pattern;
    double seconds; /* of a node's arithmetic: a third forward, two backward, by multiply-adds */
    bool ghost;     /* batch norms exchange nothing */
    int buckets;    /* parts of the gradients, summed up while earlier layers are computed; 1: the
                    sum begins when all are done */
} Step;

/* What happens in a step, in its order. */
typedef struct StepEvents {
    void (*compute)(void *context, double seconds);
    void (*combine)(void *context, int count); /* so many doubles, by communicator_combine() */
    void (*sum)(void *context, size_t count);  /* so many floats, by all_reduce(), from now on */
} StepEvents;
void step_walk(const Step *step, const StepEvents *events, void *context);

/* Seconds of a step on so many nodes by the cost model: computing and combining one after the
 * other, sums beside these, one after the other. */
double step_seconds(const Step *step, Link link, int nodes);

#endif
