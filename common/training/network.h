/* Networks from models: a training graph and an evaluation graph are two recordings over one store
 * of parameters. */
#ifndef TRAINING_NETWORK_H
#define TRAINING_NETWORK_H

#include "pieces/training.h"

/* Records a model's layers: images to logits (N, classes). */
typedef Tensor *RecordLayers(const void *model, Tensor *images, bool is_training);

typedef struct NetworkOptions {
    RecordLayers *record;
    const void *model; /* the first argument of record */
    int batch, height, width, channels;
    bool is_training; /* with a backward pass, and label smoothing in the loss */
    float label_smoothing;
    const char *const *kept; /* the names of tensors to keep, then NULL; or NULL */
    GraphOptions graph;
} NetworkOptions;

/* Records the model and its softmax cross-entropy on params, and compiles. Ends the program if a
 * name in kept is no tensor's. */
Network network_new(Params *params, NetworkOptions options);

void network_free(Network *network);

#endif
