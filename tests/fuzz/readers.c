/* The readers of files, given files of any bytes. */
#include "target.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "11_classify/photo.h"
#include "11_classify/pretrained.h"
#include "base/csv.h"
#include "data/cifar10.h"
#include "data/idx.h"
#include "data/idx_dataset.h"
#include "data/image_reader.h"
#include "grader/records.h"
#include "training/checkpoint.h"
#include "training/classifier.h"
#include "training/state.h"

/* Reads every byte, so that the sanitizer sees whether all are there. */
static unsigned sum_of(const void *bytes, size_t count) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += ((const uint8_t *)bytes)[i];
    return sum;
}

static size_t product_of(const int *sizes, int count) {
    size_t product = 1;
    for (int i = 0; i < count; i++)
        product *= (size_t)sizes[i];
    return product;
}

/* ---- data sets ---- */

void fuzz_idx(const uint8_t *bytes, size_t count) {
    IdxArray array = idx_read(input_file("input", (Part){bytes, count}));
    sum_of(array.values, product_of(array.size, array.rank));
    idx_free(&array);
}

static void look_through(Dataset *dataset) {
    dataset_statistics(dataset);
    for (int i = 0; i < dataset->count; i++)
        ck_assert_int_lt(dataset->labels[i], dataset->classes);
    for (int k = 0; k < dataset->classes; k++)
        ck_assert_int_lt(strlen(dataset->class_names[k]), CLASS_NAME);
    dataset_free(dataset);
}

/* Test images, test labels, training labels. */
void fuzz_idx_dataset(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    input_file("t10k-images-idx3-ubyte", part_take(&input));
    input_file("t10k-labels-idx1-ubyte", part_take(&input));
    input_file("train-labels-idx1-ubyte", part_take(&input));
    Dataset dataset = idx_dataset_load(input_folder(), false);
    look_through(&dataset);
}

/* Test images, names. */
void fuzz_cifar10(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    input_file("test_batch.bin", part_take(&input));
    input_file("batches.meta.txt", part_take(&input));
    Dataset dataset = cifar10_load(input_folder(), false);
    look_through(&dataset);
}

/* How many classes there are, less one, modulo 16; names, a line each. */
void fuzz_class_names(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    int classes = 1 + byte_take(&input) % 16;
    const char *path = input_file("names", input);
    ClassName *names = memory_new((size_t)classes, sizeof *names);
    ClassName *again = memory_new((size_t)classes, sizeof *again);
    Arena *arena = arena_new();
    char *text = arena_alloc(arena, input.count + 1);
    memcpy(text, input.bytes, input.count);
    class_names_read(names, classes, path, text);
    class_names_read(again, classes, path, class_names_text(arena, names, classes));
    for (int k = 0; k < classes; k++)
        ck_assert_str_eq(again[k], names[k]);
    class_names_load(arena, path, classes);
    arena_free(arena);
    free(names);
    free(again);
}

/* ---- safetensors ---- */

void fuzz_safetensors(const uint8_t *bytes, size_t count) {
    SafeTensors *file = safetensors_read(input_file("input", (Part){bytes, count}));
    for (int i = 0; i < file->count; i++) {
        const SafeTensor *tensor = &file->tensors[i];
        ck_assert_ptr_eq(safetensors_find(file, tensor->name), tensor);
        if (tensor->values)
            sum_of(tensor->values, product_of(tensor->size, tensor->rank) * sizeof(float));
    }
    safetensors_metadata(file, "epoch");
    safetensors_free(file);
}

/* Puts the right checksum where a file has the place for one: no mutation would. */
static void correct_sum(char *file, size_t header_bytes, size_t bytes) {
    char *header = file + sizeof(uint64_t), end = header[header_bytes];
    header[header_bytes] = '\0';
    char *digits = safetensors_sum_place(header);
    bool has_room = digits && strlen(digits) >= SAFETENSORS_SUM_DIGITS;
    header[header_bytes] = end;
    if (!has_room)
        return;
    char text[SAFETENSORS_SUM_DIGITS + 1];
    memset(digits, '0', SAFETENSORS_SUM_DIGITS);
    snprintf(text, sizeof text, SAFETENSORS_SUM_FORMAT, crc32(0, (const Bytef *)file, (uInt)bytes));
    memcpy(digits, text, SAFETENSORS_SUM_DIGITS);
}

/* A safetensors file of a header and data. */
static const char *safetensors_file(Part input) {
    Part header = part_take(&input);
    uint64_t length = header.count;
    size_t bytes = sizeof length + header.count + input.count;
    char *file = memory_new(bytes + 1, 1);
    memcpy(file, &length, sizeof length);
    memcpy(file + sizeof length, header.bytes, header.count);
    memcpy(file + sizeof length + header.count, input.bytes, input.count);
    correct_sum(file, header.count, bytes);
    const char *path = input_file("input.safetensors", (Part){(uint8_t *)file, bytes});
    free(file);
    return path;
}

static Params *two_parameters(void) {
    Params *params = params_new(0);
    params_get(params, "kernel", shape2(2, 1), PARAMETER_KERNEL);
    params_get(params, "mean", shape1(1), PARAMETER_MOVING_MEAN);
    params_allocate_training(params);
    return params;
}

/* Whether it is a network's, or that of two parameters; header, data. */
void fuzz_checkpoint(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    bool is_network = byte_take(&input) % 2 == 0;
    const char *path = safetensors_file(input);
    CheckpointInfo info = checkpoint_read_info(path);
    ck_assert_int_le(info.classes, DATASET_MAX_CLASSES);
    ck_assert_int_le(info.channels, DATASET_MAX_CHANNELS);
    for (int c = 0; c < info.channels; c++)
        ck_assert(isfinite(info.mean[c]) && isfinite(info.deviation[c]));
    if (is_network) {
        classifier_free(classifier_from_checkpoint(path));
    } else {
        Params *params = two_parameters();
        checkpoint_read(path, params);
        params_free(params);
    }
}

/* Header, data. */
void fuzz_state(const uint8_t *bytes, size_t count) {
    static const float mean[] = {0}, deviation[] = {1};
    unsigned char pixels[2] = {0}, labels[2] = {0};
    Dataset dataset = {.count = 2,
                       .height = 1,
                       .width = 1,
                       .channels = 1,
                       .classes = 2,
                       .images = pixels,
                       .labels = labels};
    BatchOptions batches = {.batch = 1, .mean = mean, .deviation = deviation};
    Validation validation =
        validation_new(&dataset, &batches, 1, (EarlyStopping){.patience = 3, .min_delta = 0.125f});
    const char *path = safetensors_file((Part){bytes, count});
    Params *params = two_parameters();
    TrainingState state = {.info = checkpoint_read_info(path), .steps = 5};
    state_read(path, &state, params, &validation);
    ck_assert_int_eq(state.log.count, state.info.epoch);
    ck_assert_int_eq(validation.count, state.info.epoch);
    log_free(&state.log);
    validation_free(&validation);
    params_free(params);
}

/* Header, data. */
void fuzz_weights(const uint8_t *bytes, size_t count) {
    classifier_free(classifier_from_pretrained(safetensors_file((Part){bytes, count}), 0));
}

/* ---- tables ---- */

typedef struct Row {
    const char *text;
    int integer;
    uint64_t large;
    double decimals, digits;
} Row;

static const CsvColumn columns[] = {
    {"text", CSV_TEXT, offsetof(Row, text), 0},
    {"integer", CSV_INT, offsetof(Row, integer), 0},
    {"large", CSV_UINT64, offsetof(Row, large), 0},
    {"decimals", CSV_DECIMALS, offsetof(Row, decimals), 3},
    {"digits", CSV_DIGITS, offsetof(Row, digits), 17},
};
static const CsvTable table = {.what = "a table of all kinds",
                               .missing = "write one first",
                               .row_bytes = sizeof(Row),
                               .num_columns = sizeof columns / sizeof columns[0],
                               .columns = columns};

/* What is read, written and read again is written the same. */
static char *written_again(const char *path, size_t *length) {
    int count;
    char *text = NULL;
    Arena *arena = arena_new();
    Row *rows = csv_read(&table, path, arena, &count);
    FILE *stream = open_memstream(&text, length);
    csv_write_header(&table, stream);
    csv_write_rows(&table, stream, rows, count);
    fclose(stream);
    arena_free(arena);
    free(rows);
    return text;
}

static void read_all_kinds(const char *path) {
    size_t length, length_again;
    char *text = written_again(path, &length);
    path = input_file("again.csv", (Part){(uint8_t *)text, length});
    char *again = written_again(path, &length_again);
    ck_assert_uint_eq(length_again, length);
    ck_assert_int_eq(memcmp(again, text, length), 0);
    free(text);
    free(again);
}

/* Which table it is to be; its text. */
void fuzz_csv(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    int kind = byte_take(&input) % 3;
    const char *path = input_file("input.csv", input);
    if (kind == 0) {
        read_all_kinds(path);
    } else if (kind == 1) {
        TrainingLog log = log_read(path, 3);
        log_free(&log);
    } else {
        char *text = memory_new(input.count + 1, 1);
        memcpy(text, input.bytes, input.count);
        Validation validation = {0};
        validation_parse(&validation, path, text);
        free(text);
        validation_free(&validation);
    }
}

/* ---- images ---- */

void fuzz_image(const uint8_t *bytes, size_t count) {
    const char *path = input_file("input.png", (Part){bytes, count});
    Image header = image_read_header(path);
    Image image = image_read(path, 0);
    ck_assert_int_eq(image.height, header.height);
    ck_assert_int_eq(image.width, header.width);
    sum_of(image.pixels, product_of((int[]){image.height, image.width, image.channels}, 3));
    image_free(&image);
}

/* Sizes and options, then the pixels, as long as there are bytes. */
void fuzz_photo(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    Image photo = {.height = 1 + byte_take(&input) % 40,
                   .width = 1 + byte_take(&input) % 40,
                   .channels = byte_take(&input) % 2 ? 3 : 1};
    PhotoOptions options = {.height = 1 + byte_take(&input) % 40,
                            .width = 1 + byte_take(&input) % 40,
                            .frame = byte_take(&input) % 2 ? PHOTO_CROP : PHOTO_TRIM,
                            .invert = (PhotoInvert)(byte_take(&input) % 3)};
    if (options.frame == PHOTO_CROP)
        options.width = options.height;
    options.shorter_side = options.height + byte_take(&input) % 8;
    size_t size = product_of((int[]){photo.height, photo.width, photo.channels}, 3);
    photo.pixels = memory_new(size, 1);
    memcpy(photo.pixels, input.bytes, input.count < size ? input.count : size);
    Photo prepared = photo_prepare(&photo, options);
    ck_assert_int_eq(prepared.image.height, options.height);
    ck_assert_int_eq(prepared.image.width, options.width);
    sum_of(prepared.image.pixels, product_of((int[]){options.height, options.width}, 2));
    image_free(&prepared.image);
    image_free(&photo);
}

/* ---- the grader ---- */

/* What a student's process left, and what it is compared with. The grader's paths live as long as
 * the program. */
void fuzz_records(const uint8_t *bytes, size_t count) {
    Part input = {bytes, count};
    input_file("one.records", part_take(&input));
    input_file("other.records", part_take(&input));
    Records one = records_read(input_folder(), "one");
    Records other = records_read(input_folder(), "other");
    records_equal(&one, &other);
    records_wrong_values(&one);
    records_free(&one);
    records_free(&other);
    exit(EXIT_SUCCESS);
}
