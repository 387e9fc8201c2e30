#include "angles.h"

#include "base/error.h"
#include "base/integers.h"
#include "base/measure.h"
#include "base/memory.h"
#include "kernels/loss.h"
#include "pieces/regression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

AngleAnswers angle_answers_new(int most) {
    return (AngleAnswers){memory_new((size_t)most * ANGLE_OUTPUTS, sizeof(float)),
                          memory_new((size_t)most * ANGLE_OUTPUTS, sizeof(float)), 0};
}

void angle_answers_free(AngleAnswers *answers) {
    free(answers->predictions);
    free(answers->targets);
}

/* ---- a pass ---- */

static void learn(const AnglePass *pass, int step, const float *images, const float *targets) {
    SgdOptions sgd = {.momentum = 0.9f, .nesterov = true};
    sgd.learning_rate =
        learning_rate_at(&pass->schedule, pass->first_step + step, pass->total_steps);
    float loss = train_step(pass->network, pass->optimizer, sgd, images, targets);
    require(isfinite(loss),
            "step %d: the loss is %f: the training has diverged; use a smaller learning rate",
            pass->first_step + step, (double)loss);
    if (pass->threads)
        threads_look(pass->threads);
}

static void ask(const Network *network, const float *images, const float *targets) {
    tensor_write(network->images, images);
    tensor_write(network->labels, targets);
    graph_forward(network->graph);
}

static void add_answers(AngleAnswers *answers, const AngleAnswers *added, int count) {
    size_t at = (size_t)answers->count * ANGLE_OUTPUTS;
    size_t bytes = (size_t)count * ANGLE_OUTPUTS * sizeof(float);
    memcpy(answers->predictions + at, added->predictions, bytes);
    memcpy(answers->targets + at, added->targets, bytes);
    answers->count += count;
}

void angle_pass(const AnglePass *pass, AngleAnswers *answers) {
    int count = pass->images->count, batch = pass->network->batch;
    int needed = pass->optimizer ? batch : 1; /* images in the last batch */
    size_t pixels = (size_t)pass->images->height * pass->images->width;
    int *numbers = memory_new((size_t)batch, sizeof(int));
    float *images = memory_new((size_t)batch * pixels, sizeof(float));
    AngleAnswers batch_answers = angle_answers_new(batch);
    answers->count = 0;
    for (int at = 0; at + needed <= count; at += batch) {
        for (int n = 0; n < batch; n++) { /* a test's last batch is filled up from the front */
            int place = (at + n) % count;
            numbers[n] = pass->order ? pass->order[place] : place;
        }
        rotated_batch(pass->images, pass->statistics, pass->seed, numbers, batch, images,
                      batch_answers.targets);
        if (pass->optimizer)
            learn(pass, at / batch, images, batch_answers.targets);
        else
            ask(pass->network, images, batch_answers.targets);
        tensor_read(pass->network->logits, batch_answers.predictions);
        add_answers(answers, &batch_answers, min_int(count - at, batch));
    }
    free(numbers);
    free(images);
    angle_answers_free(&batch_answers);
}

/* ---- errors ---- */

double angle_error(const AngleAnswers *answers, int number) {
    size_t at = (size_t)number * ANGLE_OUTPUTS;
    return angle_between(answers->predictions + at, answers->targets + at);
}

AngleScore angle_score(const AngleAnswers *answers) {
    AngleScore score = {0};
    int count = answers->count;
    double *errors = memory_new((size_t)count, sizeof(double));
    for (int i = 0; i < count; i++) {
        errors[i] = angle_error(answers, i);
        score.mean += errors[i] / count;
        score.over_90 += (errors[i] > 90) / (double)count;
    }
    score.median = median(errors, count);
    score.loss = (double)mean_squared_error_forward((size_t)count * ANGLE_OUTPUTS,
                                                    answers->predictions, answers->targets);
    free(errors);
    return score;
}
