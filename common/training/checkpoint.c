#include "training/checkpoint.h"

#include "base/error.h"
#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NOTES = 32, MOST_SIDE = 1 << 20 };

/* ---- tensors ---- */

static bool holds(const CheckpointPart *part, const Parameter *parameter) {
    return part->array == CHECKPOINT_VALUES || parameter_is_trainable(parameter);
}

static float *array_of(const CheckpointPart *part, const Parameter *parameter) {
    return part->array == CHECKPOINT_VALUES ? parameter_values(parameter)
                                            : parameter_velocity(parameter);
}

static const char *name_in_file(Arena *arena, const CheckpointPart *part,
                                const Parameter *parameter) {
    return arena_printf(arena, "%s%s", part->prefix, parameter->name);
}

/* Describes the part's arrays; returns how many. */
static int describe(Arena *arena, const CheckpointPart *part, SafeTensor *tensors) {
    int count = 0;
    for (int i = 0; i < params_count(part->params); i++) {
        const Parameter *parameter = params_at(part->params, i);
        if (!holds(part, parameter))
            continue;
        SafeTensor *tensor = &tensors[count++];
        *tensor = (SafeTensor){.name = name_in_file(arena, part, parameter),
                               .rank = parameter->shape.rank,
                               .values = array_of(part, parameter)};
        memcpy(tensor->size, parameter->shape.size, sizeof parameter->shape.size);
    }
    return count;
}

/* The tensor for a parameter. Ends the program unless the file has it, of the parameter's shape. */
static const SafeTensor *find_tensor(const char *path, const SafeTensors *file, const char *name,
                                     const Parameter *parameter) {
    const SafeTensor *tensor = safetensors_find(file, name);
    require(tensor, "%s: holds no %s, which the model has; name a checkpoint of this model", path,
            name);
    require(tensor->values,
            "%s: %s has dtype %s, but a checkpoint's is F32; convert the file to F32", path, name,
            tensor->dtype);
    Shape found = {.rank = tensor->rank};
    memcpy(found.size, tensor->size, sizeof found.size);
    char text[SHAPE_TEXT], wanted[SHAPE_TEXT];
    require(shape_equal(found, parameter->shape),
            "%s: %s has shape %s, but the model's has %s; name a checkpoint of this model", path,
            name, shape_text(found, text), shape_text(parameter->shape, wanted));
    return tensor;
}

/* The parameter of the part that has this name in the file; NULL if there is none. */
static const Parameter *find_parameter(const CheckpointPart *part, const char *name) {
    size_t length = strlen(part->prefix);
    if (strncmp(name, part->prefix, length) != 0)
        return NULL;
    const Parameter *parameter = params_find(part->params, name + length);
    return parameter && holds(part, parameter) ? parameter : NULL;
}

static void check_for_strangers(const char *path, const SafeTensors *file,
                                const CheckpointPart *parts, int count) {
    for (int i = 0; i < file->count; i++) {
        bool is_known = false;
        for (int part = 0; part < count && !is_known; part++)
            is_known = find_parameter(&parts[part], file->tensors[i].name);
        require(is_known, "%s: holds %s, which the model has not; name a checkpoint of this model",
                path, file->tensors[i].name);
    }
}

/* Looks at every array of the part, and with `copy` reads it. */
static void read_part(const char *path, const SafeTensors *file, const CheckpointPart *part,
                      bool copy) {
    Arena *arena = arena_new();
    for (int i = 0; i < params_count(part->params); i++) {
        const Parameter *parameter = params_at(part->params, i);
        if (!holds(part, parameter))
            continue;
        const SafeTensor *tensor =
            find_tensor(path, file, name_in_file(arena, part, parameter), parameter);
        if (copy)
            memcpy(array_of(part, parameter), tensor->values, parameter->count * sizeof(float));
    }
    arena_free(arena);
}

void checkpoint_read_parts(const char *path, const SafeTensors *file, const CheckpointPart *parts,
                           int count) {
    check_for_strangers(path, file, parts, count);
    for (int i = 0; i < count; i++)
        read_part(path, file, &parts[i], false);
    for (int i = 0; i < count; i++)
        read_part(path, file, &parts[i], true);
}

void checkpoint_read(const char *path, Params *params) {
    SafeTensors *file = safetensors_read(path);
    checkpoint_read_parts(path, file, &(CheckpointPart){params, CHECKPOINT_VALUES, ""}, 1);
    safetensors_free(file);
}

/* ---- metadata ---- */

/* "0.286,0.35"; nine digits give every float back. */
static const char *floats_text(Arena *arena, const float *values, int count) {
    const char *text = arena_printf(arena, "%.9g", (double)values[0]);
    for (int i = 1; i < count; i++)
        text = arena_printf(arena, "%s,%.9g", text, (double)values[i]);
    return text;
}

/* The metadata of the info, and the notes; returns how many. */
static int list_metadata(Arena *arena, const CheckpointInfo *info, const CheckpointNote *notes,
                         const char *metadata[MOST_NOTES][2]) {
    const CheckpointNote own[] = {
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
        {"class_names", class_names_text(arena, info->class_names, info->classes)},
        {0}};
    int count = 0;
    for (const CheckpointNote *note = own; note->key; note++, count++)
        memcpy(metadata[count], (const char *[]){note->key, note->text}, sizeof metadata[count]);
    for (const CheckpointNote *note = notes; note && note->key; note++, count++)
        memcpy(metadata[count], (const char *[]){note->key, note->text}, sizeof metadata[count]);
    return count;
}

void checkpoint_write_parts(const char *path, const CheckpointPart *parts, int count,
                            const CheckpointInfo *info, const CheckpointNote *notes) {
    Arena *arena = arena_new();
    const char *metadata[MOST_NOTES][2];
    int metadata_count = list_metadata(arena, info, notes, metadata), tensor_count = 0;
    for (int i = 0; i < count; i++)
        tensor_count += params_count(parts[i].params);
    SafeTensor *tensors = arena_alloc(arena, (size_t)tensor_count * sizeof(SafeTensor));
    tensor_count = 0;
    for (int i = 0; i < count; i++)
        tensor_count += describe(arena, &parts[i], tensors + tensor_count);
    safetensors_write(path, tensors, tensor_count, (const char *const(*)[2])metadata,
                      metadata_count);
    arena_free(arena);
}

void checkpoint_write(const char *path, Params *params, const CheckpointInfo *info) {
    checkpoint_write_parts(path, &(CheckpointPart){params, CHECKPOINT_VALUES, ""}, 1, info, NULL);
}

const char *checkpoint_text(const char *path, const SafeTensors *file, const char *key) {
    const char *text = safetensors_metadata(file, key);
    require(text, "%s: its metadata have no \"%s\"; name a checkpoint that the trainer wrote", path,
            key);
    return text;
}

int checkpoint_integer(const char *path, const SafeTensors *file, const char *key, int least,
                       int most) {
    const char *text = checkpoint_text(path, file, key);
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    require(end != text && !*end && errno == 0 && value >= least && value <= most,
            "%s: \"%s\" in its metadata is \"%s\"; name a checkpoint that the trainer wrote", path,
            key, text);
    return (int)value;
}

/* Numbers from 0 to 1, as the means and deviations of pixels between 0 and 1 are. */
static void read_floats(const char *path, const SafeTensors *file, const char *key, int count,
                        float *values) {
    const char *text = checkpoint_text(path, file, key);
    const char *rest = text;
    for (int i = 0; i < count; i++) {
        char *end;
        values[i] = strtof(rest, &end);
        require(end != rest && *end == (i + 1 < count ? ',' : '\0') && values[i] >= 0 &&
                    values[i] <= 1,
                "%s: \"%s\" in its metadata is \"%s\", not %d numbers from 0 to 1; name a "
                "checkpoint that the trainer wrote",
                path, key, text, count);
        rest = end + 1;
    }
}

static uint64_t read_seed(const char *path, const SafeTensors *file) {
    const char *text = checkpoint_text(path, file, "seed");
    char *end;
    errno = 0;
    uint64_t seed = strtoull(text, &end, 10);
    require(isdigit((unsigned char)*text) && !*end && errno == 0,
            "%s: \"seed\" in its metadata is \"%s\"; name a checkpoint that the trainer wrote",
            path, text);
    return seed;
}

static DataFormat read_data_format(const char *path, const SafeTensors *file) {
    const char *text = checkpoint_text(path, file, "data_format");
    DataFormat format =
        strcmp(text, data_format_names[CHANNELS_FIRST]) == 0 ? CHANNELS_FIRST : CHANNELS_LAST;
    require(
        strcmp(text, data_format_names[format]) == 0,
        "%s: \"data_format\" in its metadata is \"%s\"; name a checkpoint that the trainer wrote",
        path, text);
    return format;
}

CheckpointInfo checkpoint_info(const char *path, const SafeTensors *file) {
    checkpoint_text(path, file, SAFETENSORS_SUM);
    CheckpointInfo info = {
        .classes = checkpoint_integer(path, file, "classes", 1, INT_MAX),
        .height = checkpoint_integer(path, file, "height", 1, MOST_SIDE),
        .width = checkpoint_integer(path, file, "width", 1, MOST_SIDE),
        .channels = checkpoint_integer(path, file, "channels", 1, INT_MAX),
        .epoch = checkpoint_integer(path, file, "epoch", 0, INT_MAX),
    };
    info.seed = read_seed(path, file);
    require(info.channels <= DATASET_MAX_CHANNELS,
            "%s: made for images of %d channels; name a checkpoint for at most %d", path,
            info.channels, DATASET_MAX_CHANNELS);
    require(info.classes <= DATASET_MAX_CLASSES,
            "%s: made for %d classes; name a checkpoint for at most %d", path, info.classes,
            DATASET_MAX_CLASSES);
    snprintf(info.model, sizeof info.model, "%s", checkpoint_text(path, file, "model"));
    class_names_read(info.class_names, info.classes, path,
                     safetensors_metadata(file, "class_names"));
    info.data_format = read_data_format(path, file);
    read_floats(path, file, "mean", info.channels, info.mean);
    read_floats(path, file, "deviation", info.channels, info.deviation);
    return info;
}

CheckpointInfo checkpoint_read_info(const char *path) {
    SafeTensors *file = safetensors_read(path);
    CheckpointInfo info = checkpoint_info(path, file);
    safetensors_free(file);
    return info;
}
