#include "results.h"

#include "base/error.h"
#include "base/output_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 512, COLUMNS = 10 };

static const char header[] =
    "variant,seed,images,epochs,learning_rate,kept_epoch,train_loss,train_accuracy,test_loss,"
    "test_accuracy";

static void append(Results *results, Result result) {
    results->rows = realloc(results->rows, (size_t)(results->count + 1) * sizeof(Result));
    require(results->rows, "no memory for %d results", results->count + 1);
    results->rows[results->count++] = result;
}

static bool parse_row(const char *line, Result *row) {
    return sscanf(line, "%31[^,],%" SCNu64 ",%d,%d,%lf,%d,%lf,%lf,%lf,%lf", row->variant,
                  &row->seed, &row->images, &row->epochs, &row->learning_rate, &row->kept_epoch,
                  &row->train.loss, &row->train.accuracy, &row->test.loss,
                  &row->test.accuracy) == COLUMNS;
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
        bool good = number == 1 ? strcmp(line, header) == 0 : parse_row(line, &row);
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
        fprintf(output_stream(file), "%s,%" PRIu64 ",%d,%d,%g,%d,%.6f,%.6f,%.6f,%.6f\n",
                row->variant, row->seed, row->images, row->epochs, row->learning_rate,
                row->kept_epoch, row->train.loss, row->train.accuracy, row->test.loss,
                row->test.accuracy);
    }
    output_commit(file);
}

const Result *results_find(const Results *results, const Result *like) {
    for (int i = 0; i < results->count; i++) {
        const Result *row = &results->rows[i];
        if (strcmp(row->variant, like->variant) == 0 && row->seed == like->seed &&
            row->images == like->images && row->epochs == like->epochs &&
            fabs(row->learning_rate - like->learning_rate) <= 1e-5 * like->learning_rate)
            return row;
    }
    return NULL;
}

void results_free(Results *results) {
    free(results->rows);
    *results = (Results){0};
}
