/* The pieces of training. The program that links the library supplies them, as it supplies main();
 * training/trainer.h runs them. */
#ifndef PIECES_TRAINING_H
#define PIECES_TRAINING_H

#include "data/batch.h"
#include "graph/graph.h"

/* A recorded and compiled network with its loss: for training, or for evaluation. */
typedef struct Network {
    Graph *graph;
    Tensor *images; /* graph input, (N, H, W, C) or (N, C, H, W) */
    Tensor *labels; /* graph input, (N) */
    Tensor *logits; /* (N, classes), kept */
    Tensor *loss;   /* the graph's target, one value */
    int batch;      /* N */
} Network;

/* How the learning rate changes during a training. */
typedef enum ScheduleKind {
    SCHEDULE_CONSTANT,
    SCHEDULE_STEPS,     /* times 0.1 at half and at three quarters of the steps */
    SCHEDULE_COSINE,    /* half a cosine from peak to 0 (Loshchilov and Hutter 2017, eq. 5) */
    SCHEDULE_ONE_CYCLE, /* a line up to peak, then a line down to 0 (Smith and Topin 2019) */
} ScheduleKind;

typedef struct Schedule {
    ScheduleKind kind;
    float peak;   /* the largest learning rate */
    float warmup; /* the fraction of all steps in which the rate rises in a line to peak, or 0 */
} Schedule;

/* The learning rate of step number `step`, 0 <= step < total_steps.
 * While step < w = warmup * total_steps: peak * (step + 1) / (w + 1). After that, with
 * t = (step - w) / (total_steps - w): constant: peak; steps: as SCHEDULE_STEPS says, by
 * step / total_steps; cosine: peak * (1 + cos(pi * t)) / 2; one cycle: peak * (1 - t). */
float learning_rate_at(const Schedule *schedule, int step, int total_steps);

typedef struct SgdOptions {
    float learning_rate;
    float momentum;
    bool nesterov;
} SgdOptions;

/* One step of stochastic gradient descent with momentum on `count` values (Sutskever et al. 2013,
 * in PyTorch's form):
 *     g = gradients + weight_decay * values
 *     velocity = momentum * velocity + g
 *     values -= learning_rate * (nesterov ? g + momentum * velocity : velocity). */
void sgd_momentum_step(size_t count, SgdOptions options, float weight_decay, const float *gradients,
                       float *values, float *velocity);

/* The parameters and their velocities (training/optimizer.h). */
typedef struct Optimizer Optimizer;

/* sgd_momentum_step() on all trainable parameters, from their gradients. The library supplies
 * it. */
void optimizer_step(Optimizer *optimizer, SgdOptions options);

/* Averaged weights (Polyak and Juditsky 1992), after a step of training, on `count` of them:
 *     averages = decay * averages + (1 - decay) * values,  0 <= decay < 1.
 * training/averaging.h keeps them. */
void average_weights(size_t count, float decay, const float *values, float *averages);

/* What Muon (Jordan 2024) makes of a velocity: replaces matrix (rows, columns) = U diag(s) V' by
 * U diag(t) V' with each t near 1 (0.7 to 1.2 for an s of more than a hundredth of the root of the
 * sum of their squares): five times, beginning with X = matrix / |matrix|,
 *     X = 3.4445 X - 4.7750 X X' X + 2.0315 X X' X X' X.
 * Zeros stay zeros. training/muon.h takes the step. */
void orthogonalize(int rows, int columns, float *matrix);

/* One step of training on one batch: writes images and labels (Network's shapes), runs the graph
 * forward and backward, and updates by optimizer_step(). Returns the loss before the update. */
float train_step(const Network *network, Optimizer *optimizer, SgdOptions options,
                 const float *images, const float *labels);

typedef struct Evaluation {
    double loss;     /* mean over the images */
    double accuracy; /* the fraction of images whose largest logit is the label's */
} Evaluation;

/* Loss and accuracy over all images of the source, batch by batch. The last batch may be partly
 * filled; only its real images count. Logits are the mean over the first `views` views of each
 * image, 1 <= views <= BATCH_MAX_VIEWS (batch_source_view() of data/batch.h). */
Evaluation evaluate(const Network *network, BatchSource *source, int views);

/* The alternating flip (Jordan 2024): whether training image number `number` is mirrored in epoch
 * number `epoch` (1, 2, 3, ...). Half of the images are in the odd epochs, the others in the even
 * ones: the highest random bit of the stream `key`, drawn by the image's number (base/random.h), is
 * 1 for the first half.
 * data/batch.h asks it, by way of the trainer. */
bool is_mirrored(uint64_t key, int number, int epoch);

/* Early stopping (Prechelt 1998): a training ends when its loss on a validation set no longer
 * falls, and the network of the lowest loss is kept. */
typedef struct EarlyStopping {
    int patience;     /* the epochs without improvement after which training stops; 0: the caller
                       * wants the best epoch alone, and goes on whatever the verdict */
    float min_delta;  /* an improvement is a loss below best_loss - min_delta */
    double best_loss; /* of best_epoch */
    int best_epoch;   /* the last epoch that improved; 0: none yet */
} EarlyStopping;

typedef enum StoppingVerdict {
    STOPPING_IMPROVED, /* keep this epoch's network */
    STOPPING_WAIT,     /* go on training */
    STOPPING_STOP,     /* stop training */
} StoppingVerdict;

/* Judges the validation loss of epoch number `epoch` (1, 2, 3, ...). The first loss that is a
 * number is an improvement; a later loss must be below best_loss - min_delta. Only an
 * improvement changes best_loss and best_epoch. */
StoppingVerdict early_stopping_update(EarlyStopping *stopping, int epoch, double loss);

#endif
