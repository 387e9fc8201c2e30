#include "contest.h"

#include "training/files.h"

#include <stdio.h>

void contest_add(Contest *contest, int layers, Kind kind) {
    const TrainerOptions *trainer = &contest->trainer;
    Candidate *candidate = &contest->candidates[contest->count++];
    candidate->kind = kind;
    candidate->model = resnet_model(layers, contest->training.classes, trainer->data_format);
    candidate->model.batch_norm_momentum = 0.9f; /* as in chapter 8 */
    snprintf(candidate->name, CANDIDATE_NAME, "%s%d", kind == PLAIN ? "plain" : "resnet", layers);
}

Tensor *candidate_layers(const void *model, Tensor *images, bool is_training) {
    const Candidate *candidate = model;
    if (candidate->kind == PLAIN)
        return plain_model_layers(&candidate->model, images, is_training);
    return model_layers(&candidate->model, images, is_training);
}

static const char *folder_of(const Contest *contest, const Candidate *candidate) {
    return trainer_path(contest->arena, contest->trainer.out, candidate->name);
}

void contest_train(const Contest *contest) {
    for (int i = 0; i < contest->count; i++) /* all, before hours of training */
        trainer_check_out(folder_of(contest, &contest->candidates[i]));
    for (int i = 0; i < contest->count; i++) {
        const Candidate *candidate = &contest->candidates[i];
        TrainerOptions options = contest->trainer;
        options.record = candidate_layers;
        options.model = candidate;
        options.model_name = candidate->name;
        options.out = folder_of(contest, candidate);
        TrainingLog log = trainer_run(&contest->training, &contest->test, &options);
        log_free(&log);
        printf("\n");
    }
}

const char *contest_path(const Contest *contest, const Candidate *candidate, const char *file) {
    return trainer_path(contest->arena, folder_of(contest, candidate), file);
}
