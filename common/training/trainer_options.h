/* What a training is told. */
#ifndef TRAINING_TRAINER_OPTIONS_H
#define TRAINING_TRAINER_OPTIONS_H

#include "base/communicator.h"
#include "training/network.h"

/* Changes the parameters after a step of training that had this learning rate. */
typedef void AfterStep(void *state, Params *params, float learning_rate);

typedef struct TrainerOptions {
    RecordLayers *record;
    const void *model;
    const char *model_name; /* for the checkpoint */

    int epochs;
    int batch; /* images in a step; reduced to the number of training images */
    /* The batch's groups (kernels/groups.h), of all processes; 0: one a process. A number of its
     * own gives results of its own, but on any number of processes the same. */
    int groups;
    bool ghost; /* each group's batch norms by its own statistics */
    Schedule schedule;
    float momentum;
    bool nesterov;
    float weight_decay;
    const char *decay_only; /* see optimizer_new(); may be NULL */
    bool zero_start;        /* resnet_zero_start() of models/resnet.h */
    float muon;            /* the largest learning rate of Muon for the kernels; 0: as the others */
    AfterStep *after_step; /* may be NULL; its state is not kept in files, for resume */
    void *after_step_state;
    float average; /* the decay of averaged weights (training/averaging.h); 0: the last weights.
                    * The network's batch norms must have a momentum of 0.9 or less */
    float label_smoothing;
    Augmentation augmentation;
    int size;        /* images are resized and cropped to size x size; 0: they stay as they are */
    bool eval_flip;  /* evaluate() over mirror images too, after the last epoch */
    bool eval_shift; /* over all views of data/batch.h then, whatever eval_flip says */

    float keep; /* the part of the training images that an epoch has; 0: all */
    float hard; /* the part of these that are chosen as the hardest (training/hardness.h) */

    int validation;  /* images of the validation set; 0: none, or a tenth with patience */
    int patience;    /* of early stopping, see pieces/training.h; 0: none */
    float min_delta; /* of early stopping */

    const Communicator *communicator; /* the processes that share the training; NULL: this one */
    uint64_t seed;
    DataFormat data_format;
    bool loops;             /* on the textbook loops: slow */
    bool walk;              /* backward by pieces/graph.h */
    const char *out;        /* the directory of the files */
    const char *resume;     /* a file of the training to go on with; NULL: a new training */
    float checkpoint_every; /* minutes between two states within an epoch; 0: at its end alone */
    const char *command;    /* for a message, what --resume goes on with; may be NULL */
    bool profile;           /* prints where the time went */
    bool quiet;             /* no report on standard output, and no curves */
} TrainerOptions;

#endif
