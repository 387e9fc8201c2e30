#include "training/validation.h"

#include "base/csv.h"
#include "base/error.h"
#include "base/random.h"

#include <stdlib.h>

static const CsvColumn columns[] = {
    {"epoch", CSV_INT, offsetof(ValidationEpoch, epoch), 0},
    {"validation_loss", CSV_DIGITS, offsetof(ValidationEpoch, loss), 17},
    {"validation_accuracy", CSV_DECIMALS, offsetof(ValidationEpoch, accuracy), 6},
};

static const CsvTable table = {.what = "a validation",
                               .missing = "resume a training that had a validation set",
                               .row_bytes = sizeof(ValidationEpoch),
                               .num_columns = sizeof columns / sizeof columns[0],
                               .columns = columns};

void validation_split(int count, uint64_t seed, int *numbers) {
    for (int i = 0; i < count; i++)
        numbers[i] = i;
    Random random = random_stream(seed, random_name("validation"));
    random_shuffle(&random, numbers, count);
}

Validation validation_new(const Dataset *dataset, BatchOptions *batches, int count,
                          EarlyStopping stopping) {
    Validation validation = {.stopping = stopping};
    validation.numbers = memory_new((size_t)dataset->count, sizeof(int));
    validation_split(dataset->count, batches->seed, validation.numbers);
    batches->numbers = validation.numbers;
    batches->count = count;
    validation.batches = batch_source_new(dataset, *batches);
    batches->numbers += count;
    batches->count = dataset->count - count;
    return validation;
}

bool validation_add(Validation *validation, Evaluation epoch) {
    int number = validation->count + 1;
    validation->epochs =
        memory_grow(validation->epochs, validation->count, sizeof(ValidationEpoch));
    validation->epochs[validation->count++] = (ValidationEpoch){number, epoch.loss, epoch.accuracy};
    StoppingVerdict verdict = early_stopping_update(&validation->stopping, number, epoch.loss);
    validation->stopped = verdict == STOPPING_STOP && validation->stopping.patience > 0;
    return verdict == STOPPING_IMPROVED;
}

void validation_write(const Validation *validation, const char *path) {
    csv_write(&table, path, validation->epochs, validation->count);
}

const char *validation_text(const Validation *validation, Arena *arena) {
    return csv_text(&table, arena, validation->epochs, validation->count);
}

void validation_parse(Validation *validation, const char *path, const char *text) {
    int count;
    ValidationEpoch *epochs = csv_parse(&table, path, text, &count);
    for (int i = 0; i < count; i++) {
        require(epochs[i].epoch == i + 1, "%s: line %d is not epoch %d of a validation; %s", path,
                i + 2, i + 1, table.missing);
        validation_add(validation, (Evaluation){epochs[i].loss, epochs[i].accuracy});
    }
    free(epochs);
}

void validation_keep(Validation *validation, Params *params) {
    if (validation->best)
        params_copy_values(params, validation->best);
    else
        validation->best = params_copy(params);
}

void validation_free(Validation *validation) {
    batch_source_free(validation->batches);
    free(validation->numbers);
    free(validation->epochs);
    params_free(validation->best);
    *validation = (Validation){0};
}
