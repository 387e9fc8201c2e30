#include "results.h"

#include "base/error.h"
#include "base/output_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 512, COLUMNS = 9 };

static const char header[] =
    "variant,seed,images,epochs,kept_epoch,train_loss,train_accuracy,test_loss,test_accuracy";

static void append(Results *results, Result result) {
    results->rows = realloc(results->rows, (size_t)(results->count + 1) * sizeof(Result));
    require(results->rows, "no memory for %d results", results->count + 1);
    results->rows[results->count++] = result;
}

Results results_read(const char *path) {
    Results results = {0};
    if (access(path, F_OK) != 0)
        return results;
    FILE *stream = fopen(path, "r");
    require(stream, "%s: cannot be read; move it away", path);
    char line[LINE_BYTES];
    for (int number = 1; fgets(line, sizeof line, stream); number++) {
        line[strcspn(line, "\r\n")] = '\0';
        Result row;
        bool good = number == 1 ? strcmp(line, header) == 0
                                : sscanf(line, "%31[^,],%" SCNu64 ",%d,%d,%d,%lf,%lf,%lf,%lf",
                                         row.variant, &row.seed, &row.images, &row.epochs,
                                         &row.kept_epoch, &row.train.loss, &row.train.accuracy,
                                         &row.test.loss, &row.test.accuracy) == COLUMNS;
        require(good, "%s: line %d is not of this program's results; move the file away", path,
                number);
        if (number > 1)
            append(&results, row);
    }
    fclose(stream);
    return results;
}

void results_add(Results *results, const char *path, Result result) {
    append(results, result);
    OutputFile *file = output_open(path);
    fprintf(output_stream(file), "%s\n", header);
    for (int i = 0; i < results->count; i++) {
        const Result *row = &results->rows[i];
        fprintf(output_stream(file), "%s,%" PRIu64 ",%d,%d,%d,%.6f,%.6f,%.6f,%.6f\n", row->variant,
                row->seed, row->images, row->epochs, row->kept_epoch, row->train.loss,
                row->train.accuracy, row->test.loss, row->test.accuracy);
    }
    output_commit(file);
}

const Result *results_find(const Results *results, const char *variant, uint64_t seed, int images,
                           int epochs) {
    for (int i = 0; i < results->count; i++) {
        const Result *row = &results->rows[i];
        if (strcmp(row->variant, variant) == 0 && row->seed == seed && row->images == images &&
            row->epochs == epochs)
            return row;
    }
    return NULL;
}

void results_free(Results *results) {
    free(results->rows);
    *results = (Results){0};
}
