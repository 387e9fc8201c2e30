#include "training/validation.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/output_file.h"
#include "base/random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 256 };

static const char header[] = "epoch,validation_loss,validation_accuracy";

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
    if (validation->count == validation->capacity) {
        validation->capacity = 2 * validation->capacity + 64;
        validation->epochs =
            realloc(validation->epochs, (size_t)validation->capacity * sizeof(Evaluation));
        require(validation->epochs, "no memory for %d epochs", validation->capacity);
    }
    validation->epochs[validation->count++] = epoch;
    StoppingVerdict verdict =
        early_stopping_update(&validation->stopping, validation->count, epoch.loss);
    validation->stopped = verdict == STOPPING_STOP && validation->stopping.patience > 0;
    return verdict == STOPPING_IMPROVED;
}

void validation_write(const Validation *validation, const char *path) {
    OutputFile *file = output_open(path);
    fprintf(output_stream(file), "%s\n", header);
    for (int i = 0; i < validation->count; i++)
        fprintf(output_stream(file), "%d,%.17g,%.6f\n", i + 1, validation->epochs[i].loss,
                validation->epochs[i].accuracy);
    output_commit(file);
}

void validation_read(Validation *validation, const char *path, int last_epoch) {
    FILE *stream = fopen(path, "r");
    require(stream, "%s: cannot read: %s; resume a training that had a validation set", path,
            strerror(errno));
    char line[LINE_BYTES];
    for (int number = 0; number <= last_epoch && fgets(line, sizeof line, stream); number++) {
        int epoch;
        Evaluation evaluation;
        if (number == 0)
            continue;
        require(sscanf(line, "%d,%lf,%lf", &epoch, &evaluation.loss, &evaluation.accuracy) == 3 &&
                    epoch == number,
                "%s: line %d is not epoch %d of a validation; move the file away", path, number + 1,
                number);
        validation_add(validation, evaluation);
    }
    fclose(stream);
    require(validation->count == last_epoch,
            "%s: has %d epochs, but the checkpoint had %d; resume with the validation that it had",
            path, validation->count, last_epoch);
}

void validation_free(Validation *validation) {
    batch_source_free(validation->batches);
    free(validation->numbers);
    free(validation->epochs);
    *validation = (Validation){0};
}
