#include "training/state.h"

#include "base/error.h"
#include "training/files.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_PARTS = 5 };

/* The parts of the file; returns how many: what an option asks for is there only with it. */
static int list_parts(Params *params, const TrainingState *state, const Validation *validation,
                      CheckpointPart parts[MOST_PARTS]) {
    int count = 0;
    parts[count++] = (CheckpointPart){params, CHECKPOINT_VALUES, ""};
    parts[count++] = (CheckpointPart){params, CHECKPOINT_VELOCITY, "velocity/"};
    if (validation->best)
        parts[count++] = (CheckpointPart){validation->best, CHECKPOINT_VALUES, "best/"};
    if (state->average)
        parts[count++] = (CheckpointPart){state->average, CHECKPOINT_VALUES, "average/"};
    if (state->hardness.losses)
        parts[count++] = (CheckpointPart){state->hardness.losses, CHECKPOINT_VALUES, "losses/"};
    return count;
}

void state_write(const char *path, const TrainingState *state, Params *params,
                 const Validation *validation) {
    Arena *arena = arena_new();
    const CheckpointNote notes[] = {
        {"step", arena_printf(arena, "%d", state->step)},
        {"steps", arena_printf(arena, "%d", state->steps)},
        {"loss", arena_printf(arena, "%.17g", state->loss)},
        {"right", arena_printf(arena, "%.17g", state->right)},
        {"seconds", arena_printf(arena, "%.3f", state->seconds)},
        {"log", log_text(&state->log, arena)},
        {"validation", validation_text(validation, arena)},
        {"best_epoch", arena_printf(arena, "%d", validation->stopping.best_epoch)},
        {0},
    };
    CheckpointPart parts[MOST_PARTS];
    int count = list_parts(params, state, validation, parts);
    checkpoint_write_parts(path, parts, count, &state->info, notes);
    arena_free(arena);
}

const char *state_path(Arena *arena, const char *file) {
    const char *slash = strrchr(file, '/');
    const char *beside =
        slash ? arena_printf(arena, "%.*s/%s", (int)(slash - file), file, trainer_state_file)
              : trainer_state_file;
    if (access(file, F_OK) != 0 && access(beside, F_OK) == 0)
        return beside; /* stopped before the first network was whole */
    SafeTensors *named = safetensors_read(file);
    bool is_state = safetensors_metadata(named, "step");
    safetensors_free(named);
    return is_state ? file : beside;
}

void state_read_info(const char *path, CheckpointInfo *info, int epochs) {
    CheckpointInfo found = checkpoint_read_info(path);
    require(strcmp(found.model, info->model) == 0,
            "%s: holds a %s, not a %s; resume with its model", path, found.model, info->model);
    require(found.height == info->height && found.width == info->width &&
                found.channels == info->channels,
            "%s: trained on images of %d x %d x %d, not %d x %d x %d; resume with their size", path,
            found.height, found.width, found.channels, info->height, info->width, info->channels);
    require(found.classes == info->classes, "%s: trained on %d classes, not %d; resume with them",
            path, found.classes, info->classes);
    require(found.seed == info->seed,
            "%s: trained with seed %" PRIu64 ", not %" PRIu64 "; resume with its seed", path,
            found.seed, info->seed);
    require(found.epoch <= epochs,
            "%s: has had %d epochs already, and %d are asked for; ask for more", path, found.epoch,
            epochs);
    memcpy(info->mean, found.mean, sizeof info->mean);
    memcpy(info->deviation, found.deviation, sizeof info->deviation);
    info->epoch = found.epoch;
}

static double number(const char *path, const SafeTensors *file, const char *key) {
    const char *text = checkpoint_text(path, file, key);
    char *end;
    double value = strtod(text, &end);
    require(end != text && !*end && isfinite(value) && value >= 0,
            "%s: \"%s\" in its metadata is \"%s\"; name a checkpoint that the trainer wrote", path,
            key, text);
    return value;
}

static void read_progress(const char *path, const SafeTensors *file, TrainingState *state) {
    int epoch = state->info.epoch;
    int steps = checkpoint_integer(path, file, "steps", 1, INT_MAX);
    state->step = checkpoint_integer(path, file, "step", 0, steps);
    require(state->step == 0 || steps == state->steps,
            "%s: stopped within an epoch of %d steps, but an epoch has %d now; resume with the "
            "images and the batch that it had",
            path, steps, state->steps);
    state->loss = number(path, file, "loss");
    state->right = number(path, file, "right");
    state->seconds = number(path, file, "seconds");
    state->log = log_parse(path, checkpoint_text(path, file, "log"));
    for (int i = 0; i < state->log.count || i < epoch; i++)
        require(i < state->log.count && i < epoch && state->log.rows[i].epoch == i + 1,
                "%s: its log has not the rows of %d epochs; name a checkpoint that the trainer "
                "wrote",
                path, epoch);
}

/* Reads the epochs of the validation, and makes room for the best network if there is one. */
static void read_validation(const char *path, const SafeTensors *file, int epochs, Params *params,
                            Validation *validation) {
    validation_parse(validation, path, checkpoint_text(path, file, "validation"));
    require(!validation->batches || validation->count == epochs,
            "%s: validated %d epochs, but trained %d; resume with the validation that it had", path,
            validation->count, epochs);
    int best = checkpoint_integer(path, file, "best_epoch", 0, epochs);
    require(!validation->batches || validation->stopping.best_epoch == best,
            "%s: its best network is that of epoch %d, but that of epoch %d by these options; "
            "resume with the early stopping that it had",
            path, best, validation->stopping.best_epoch);
    if (best > 0)
        validation_keep(validation, params);
}

/* What an option adds to the file is there with it alone. */
static void require_option(const char *path, const SafeTensors *file, const char *prefix,
                           bool is_given, const char *option) {
    bool was_given = false;
    for (int i = 0; i < file->count; i++)
        was_given |= strncmp(file->tensors[i].name, prefix, strlen(prefix)) == 0;
    require(was_given == is_given, "%s: trained %s %s; resume with the options that it had", path,
            was_given ? "with" : "without", option);
}

void state_read(const char *path, TrainingState *state, Params *params, Validation *validation) {
    SafeTensors *file = safetensors_read(path);
    Validation ignored = {0}, *reader = validation->batches ? validation : &ignored;
    CheckpointPart parts[MOST_PARTS];
    read_progress(path, file, state);
    read_validation(path, file, state->info.epoch, params, reader);
    require_option(path, file, "average/", state->average != NULL, "--average");
    require_option(path, file, "losses/", state->hardness.losses != NULL, "--keep");
    int count = list_parts(params, state, reader, parts);
    checkpoint_read_parts(path, file, parts, count);
    validation_free(&ignored);
    safetensors_free(file);
}
