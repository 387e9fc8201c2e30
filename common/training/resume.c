#include "training/resume.h"

#include "base/error.h"
#include "training/files.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

void resume_info(CheckpointInfo *info, const char *checkpoint, int epochs) {
    CheckpointInfo found = checkpoint_read_info(checkpoint);
    require(strcmp(found.model, info->model) == 0,
            "%s: holds a %s, not a %s; resume with its model", checkpoint, found.model,
            info->model);
    require(found.height == info->height && found.width == info->width &&
                found.channels == info->channels,
            "%s: trained on images of %d x %d x %d, not %d x %d x %d; resume with their size",
            checkpoint, found.height, found.width, found.channels, info->height, info->width,
            info->channels);
    require(found.seed == info->seed,
            "%s: trained with seed %" PRIu64 ", not %" PRIu64 "; resume with its seed", checkpoint,
            found.seed, info->seed);
    require(found.epoch < epochs,
            "%s: has had %d epochs already, and %d are asked for; ask for more", checkpoint,
            found.epoch, epochs);
    memcpy(info->mean, found.mean, sizeof info->mean);
    memcpy(info->deviation, found.deviation, sizeof info->deviation);
    info->epoch = found.epoch;
}

const char *resume_beside(Arena *arena, const char *path, const char *file) {
    const char *slash = strrchr(path, '/');
    return slash ? arena_printf(arena, "%.*s/%s", (int)(slash - path), path, file) : file;
}

void resume_best(const char *checkpoint, int best_epoch, const char *out, Params *params) {
    Arena *arena = arena_new();
    const char *path = resume_beside(arena, checkpoint, trainer_best_file);
    CheckpointInfo info = checkpoint_read_info(path);
    require(info.epoch == best_epoch,
            "%s: has the network of epoch %d, but the best was that of epoch %d; resume a training "
            "whose files belong together",
            path, info.epoch, best_epoch);
    checkpoint_read(path, params);
    checkpoint_write(trainer_path(arena, out, trainer_best_file), params, &info);
    arena_free(arena);
}

TrainingLog resume_values(const char *checkpoint, Params *params, int epoch) {
    Arena *arena = arena_new();
    checkpoint_read(checkpoint, params);
    checkpoint_read_velocity(resume_beside(arena, checkpoint, trainer_optimizer_file), params,
                             epoch);
    const char *log_path = resume_beside(arena, checkpoint, trainer_log_file);
    TrainingLog log = {0};
    if (access(log_path, F_OK) == 0)
        log = log_read(log_path, epoch);
    arena_free(arena);
    return log;
}
