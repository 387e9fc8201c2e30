#include "training/checkpoint.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/safetensors.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which of a parameter's arrays a file holds. */
typedef float *ParameterArray(const Parameter *parameter);

static SafeTensor describe(const Parameter *parameter, ParameterArray *array) {
    SafeTensor tensor = {
        .name = parameter->name, .rank = parameter->shape.rank, .values = array(parameter)};
    memcpy(tensor.size, parameter->shape.size, sizeof parameter->shape.size);
    return tensor;
}

static void write_parameters(const char *path, Params *params, ParameterArray *array,
                             bool with_moving, const char *const (*metadata)[2],
                             int metadata_count) {
    SafeTensor *tensors = memory_new((size_t)params_count(params), sizeof(SafeTensor));
    int count = 0;
    for (int i = 0; i < params_count(params); i++)
        if (with_moving || parameter_is_trainable(params_at(params, i)))
            tensors[count++] = describe(params_at(params, i), array);
    safetensors_write(path, tensors, count, metadata, metadata_count);
    free(tensors);
}

static void check_parameter(const char *path, const SafeTensors *file, const Parameter *parameter) {
    const SafeTensor *tensor = safetensors_find(file, parameter->name);
    require(tensor, "%s: holds no %s, which the model has; name a checkpoint of this model", path,
            parameter->name);
    require(tensor->values,
            "%s: %s has dtype %s, but a checkpoint's is F32; convert the file to F32", path,
            parameter->name, tensor->dtype);
    Shape found = {.rank = tensor->rank};
    memcpy(found.size, tensor->size, sizeof found.size);
    char text[SHAPE_TEXT], wanted[SHAPE_TEXT];
    require(shape_equal(found, parameter->shape),
            "%s: %s has shape %s, but the model's has %s; name a checkpoint of this model", path,
            parameter->name, shape_text(found, text), shape_text(parameter->shape, wanted));
}

static void read_parameters(const char *path, const SafeTensors *file, Params *params,
                            ParameterArray *array, bool with_moving) {
    for (int i = 0; i < file->count; i++) {
        const Parameter *parameter = params_find(params, file->tensors[i].name);
        require(parameter && (with_moving || parameter_is_trainable(parameter)),
                "%s: holds %s, which the model has not; name a checkpoint of this model", path,
                file->tensors[i].name);
    }
    for (int i = 0; i < params_count(params); i++)
        if (with_moving || parameter_is_trainable(params_at(params, i)))
            check_parameter(path, file, params_at(params, i));
    for (int i = 0; i < file->count; i++) {
        const Parameter *parameter = params_find(params, file->tensors[i].name);
        memcpy(array(parameter), file->tensors[i].values, parameter->count * sizeof(float));
    }
}

/* ---- metadata ---- */

/* "0.286,0.35"; nine digits give every float back. */
static const char *floats_text(Arena *arena, const float *values, int count) {
    const char *text = arena_printf(arena, "%.9g", (double)values[0]);
    for (int i = 1; i < count; i++)
        text = arena_printf(arena, "%s,%.9g", text, (double)values[i]);
    return text;
}

void checkpoint_write(const char *path, Params *params, const CheckpointInfo *info) {
    Arena *arena = arena_new();
    const char *const metadata[][2] = {
        {"model", info->model},
        {"data_format", data_format_names[info->data_format]},
        {"classes", arena_printf(arena, "%d", info->classes)},
        {"height", arena_printf(arena, "%d", info->height)},
        {"width", arena_printf(arena, "%d", info->width)},
        {"channels", arena_printf(arena, "%d", info->channels)},
        {"mean", floats_text(arena, info->mean, info->channels)},
        {"deviation", floats_text(arena, info->deviation, info->channels)},
        {"epoch", arena_printf(arena, "%d", info->epoch)},
        {"seed", arena_printf(arena, "%" PRIu64, info->seed)},
        {"class_names", class_names_text(arena, info->class_names, info->classes, "\n")},
    };
    write_parameters(path, params, parameter_values, true, metadata,
                     sizeof metadata / sizeof metadata[0]);
    arena_free(arena);
}

static const char *metadata_text(const char *path, const SafeTensors *file, const char *key) {
    const char *text = safetensors_metadata(file, key);
    require(text, "%s: its metadata have no \"%s\"; name a checkpoint that the trainer wrote", path,
            key);
    return text;
}

static int metadata_integer(const char *path, const SafeTensors *file, const char *key,
                            int minimum) {
    const char *text = metadata_text(path, file, key);
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    require(end != text && !*end && errno == 0 && value >= minimum && value <= INT_MAX,
            "%s: \"%s\" in its metadata is \"%s\"; name a checkpoint that the trainer wrote", path,
            key, text);
    return (int)value;
}

static void metadata_floats(const char *path, const SafeTensors *file, const char *key, int count,
                            float *values) {
    const char *text = metadata_text(path, file, key);
    const char *rest = text;
    for (int i = 0; i < count; i++) {
        char *end;
        values[i] = strtof(rest, &end);
        require(end != rest && *end == (i + 1 < count ? ',' : '\0'),
                "%s: \"%s\" in its metadata is \"%s\", not %d numbers; name a checkpoint that the "
                "trainer wrote",
                path, key, text, count);
        rest = end + 1;
    }
}

CheckpointInfo checkpoint_read_info(const char *path) {
    SafeTensors *file = safetensors_read(path);
    CheckpointInfo info = {
        .classes = metadata_integer(path, file, "classes", 1),
        .height = metadata_integer(path, file, "height", 1),
        .width = metadata_integer(path, file, "width", 1),
        .channels = metadata_integer(path, file, "channels", 1),
        .epoch = metadata_integer(path, file, "epoch", 0),
        .seed = strtoull(metadata_text(path, file, "seed"), NULL, 10),
    };
    require(info.channels <= DATASET_MAX_CHANNELS,
            "%s: made for images of %d channels; at most %d are known here", path, info.channels,
            DATASET_MAX_CHANNELS);
    require(info.classes <= DATASET_MAX_CLASSES,
            "%s: made for %d classes; at most %d are known here", path, info.classes,
            DATASET_MAX_CLASSES);
    snprintf(info.model, sizeof info.model, "%s", metadata_text(path, file, "model"));
    class_names_read(info.class_names, info.classes, path,
                     safetensors_metadata(file, "class_names"));
    if (strcmp(metadata_text(path, file, "data_format"), data_format_names[CHANNELS_FIRST]) == 0)
        info.data_format = CHANNELS_FIRST;
    metadata_floats(path, file, "mean", info.channels, info.mean);
    metadata_floats(path, file, "deviation", info.channels, info.deviation);
    safetensors_free(file);
    return info;
}

void checkpoint_read(const char *path, Params *params) {
    SafeTensors *file = safetensors_read(path);
    read_parameters(path, file, params, parameter_values, true);
    safetensors_free(file);
}

void checkpoint_write_velocity(const char *path, Params *params, int epoch) {
    Arena *arena = arena_new();
    const char *const metadata[][2] = {{"epoch", arena_printf(arena, "%d", epoch)}};
    write_parameters(path, params, parameter_velocity, false, metadata, 1);
    arena_free(arena);
}

void checkpoint_read_velocity(const char *path, Params *params, int epoch) {
    SafeTensors *file = safetensors_read(path);
    int found = metadata_integer(path, file, "epoch", 0);
    require(found == epoch,
            "%s: written after epoch %d, but the model after epoch %d; name a model with its own "
            "optimizer.safetensors beside it",
            path, found, epoch);
    read_parameters(path, file, params, parameter_velocity, false);
    safetensors_free(file);
}
