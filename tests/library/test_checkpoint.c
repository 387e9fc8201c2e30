/* Tests of checkpoints and logs. */
#define _GNU_SOURCE /* memmem */
#include "cases.h"

#include <omp.h>
#include <string.h>

#include "base/random.h"
#include "data/safetensors.h"
#include "expect_error.h"
#include "temporary.h"
#include "training/checkpoint.h"
#include "training/log.h"
#include "training/progress.h"

static Params *store(uint64_t seed, int filters, bool with_extra) {
    Params *params = params_new(seed);
    params_get(params, "stem/kernel", (Shape){4, {3, 3, 1, filters}}, PARAMETER_KERNEL);
    params_get(params, "norm/moving_mean", shape1(filters), PARAMETER_MOVING_MEAN);
    params_get(params, "norm/gamma", shape1(filters), PARAMETER_GAMMA);
    if (with_extra)
        params_get(params, "extra/kernel", shape2(3, 2), PARAMETER_KERNEL);
    params_allocate_training(params);
    Random random = random_stream(seed, 1);
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i);
        for (size_t j = 0; j < parameter->count; j++) {
            parameter_values(parameter)[j] = random_normal(&random);
            if (parameter_is_trainable(parameter))
                parameter_velocity(parameter)[j] = random_normal(&random);
        }
    }
    return params;
}

static const CheckpointInfo INFO = {.model = "resnet20",
                                    .data_format = CHANNELS_FIRST,
                                    .classes = 10,
                                    .height = 28,
                                    .width = 30,
                                    .channels = 2,
                                    .mean = {0.1F, 1 / 3.0F},
                                    .deviation = {0.35302F, 0.2F},
                                    .class_names = {"T-shirt/top", [9] = "\"Boot\" \\ n\303\266"},
                                    .epoch = 7,
                                    .seed = UINT64_MAX - 1};

START_TEST(checkpoint_gives_everything_back) {
    const char *path = temporary_path("model.safetensors");
    Params *written = store(1, 5, true), *read = store(2, 5, true);
    const CheckpointPart out[] = {{written, CHECKPOINT_VALUES, ""},
                                  {written, CHECKPOINT_VELOCITY, "velocity/"}};
    const CheckpointPart in[] = {{read, CHECKPOINT_VALUES, ""},
                                 {read, CHECKPOINT_VELOCITY, "velocity/"}};
    checkpoint_write_parts(path, out, 2, &INFO, (CheckpointNote[]){{"step", "12"}, {0}});

    CheckpointInfo info = checkpoint_read_info(path);
    ck_assert_str_eq(info.model, INFO.model);
    ck_assert_int_eq(info.data_format, INFO.data_format);
    ck_assert_int_eq(info.classes, 10);
    ck_assert_int_eq(info.height, 28);
    ck_assert_int_eq(info.width, 30);
    ck_assert_int_eq(info.channels, 2);
    ck_assert_mem_eq(info.mean, INFO.mean, sizeof info.mean);
    ck_assert_mem_eq(info.deviation, INFO.deviation, sizeof info.deviation);
    ck_assert_str_eq(info.class_names[0], INFO.class_names[0]);
    ck_assert_str_eq(info.class_names[8], "class 8");
    ck_assert_str_eq(info.class_names[9], INFO.class_names[9]);
    ck_assert_int_eq(info.epoch, 7);
    ck_assert(info.seed == INFO.seed);

    SafeTensors *file = safetensors_read(path);
    ck_assert_int_eq(checkpoint_integer(path, file, "step", 0, 12), 12);
    checkpoint_read_parts(path, file, in, 2);
    safetensors_free(file);
    for (int i = 0; i < params_count(read); i++) {
        const Parameter *one = params_at(written, i), *other = params_at(read, i);
        size_t bytes = one->count * sizeof(float);
        ck_assert_mem_eq(parameter_values(one), parameter_values(other), bytes);
        if (parameter_is_trainable(one))
            ck_assert_mem_eq(parameter_velocity(one), parameter_velocity(other), bytes);
    }
    params_free(written);
    params_free(read);
}
END_TEST

START_TEST(checkpoint_holds_just_the_model) {
    const char *path = temporary_path("just.safetensors");
    Params *params = store(1, 4, false);
    checkpoint_write(path, params, &INFO);
    SafeTensors *file = safetensors_read(path);
    ck_assert_int_eq(file->count, 3);
    const SafeTensor *kernel = safetensors_find(file, "stem/kernel");
    ck_assert_int_eq(kernel->rank, 4);
    ck_assert_int_eq(kernel->size[3], 4);
    ck_assert_mem_eq(kernel->values, parameter_values(params_find(params, "stem/kernel")), 144);
    ck_assert_ptr_nonnull(safetensors_find(file, "norm/moving_mean"));
    ck_assert_str_eq(safetensors_metadata(file, "data_format"), "channels_first");
    ck_assert_str_eq(safetensors_metadata(file, "epoch"), "7");
    safetensors_free(file);
    params_free(params);
}
END_TEST

static void read_plain(const void *path) {
    checkpoint_read(path, store(3, 4, false));
}

static void read_extra(const void *path) {
    checkpoint_read(path, store(3, 4, true));
}

static void read_wide(const void *path) {
    checkpoint_read(path, store(3, 8, false));
}

static void read_velocity(const void *path) {
    Params *params = store(3, 4, false);
    const CheckpointPart parts[] = {{params, CHECKPOINT_VALUES, ""},
                                    {params, CHECKPOINT_VELOCITY, "velocity/"}};
    checkpoint_read_parts(path, safetensors_read(path), parts, 2);
}

static void read_info(const void *path) {
    checkpoint_read_info(path);
}

START_TEST(checkpoint_misfits_are_errors) {
    omp_set_num_threads(1);
    const char *plain = temporary_path("plain"), *extra = temporary_path("extra");
    Params *narrow = store(1, 4, false), *longer = store(1, 4, true), *wide = store(1, 5, false);
    checkpoint_write(plain, narrow, &INFO);
    checkpoint_write(extra, longer, &INFO);
    expect_error(read_plain, extra, extra, "extra/kernel", "model has not", "name a", NULL);
    expect_error(read_extra, plain, plain, "no extra/kernel", "name a", NULL);
    expect_error(read_wide, plain, plain, "stem/kernel", "(3, 3, 1, 4)", "(3, 3, 1, 8)", NULL);
    expect_error(read_velocity, plain, plain, "no velocity/stem/kernel", "name a", NULL);
    const char *velocity = temporary_path("velocity"), *bare = temporary_path("bare");
    const CheckpointPart parts[] = {{narrow, CHECKPOINT_VALUES, ""},
                                    {wide, CHECKPOINT_VELOCITY, "velocity/"}};
    checkpoint_write_parts(velocity, parts, 2, &INFO, NULL);
    expect_error(read_velocity, velocity, velocity, "velocity/stem/kernel", "shape", NULL);
    expect_error(read_plain, velocity, velocity, "velocity/stem/kernel", "has not", NULL);
    safetensors_write(bare, NULL, 0, NULL, 0);
    expect_error(read_info, bare, bare, "have no \"classes\"", "trainer wrote", NULL);
    const char *missing = temporary_path("missing");
    expect_error(read_info, missing, missing, "No such file", NULL);
    params_free(narrow);
    params_free(longer);
    params_free(wide);
}
END_TEST

START_TEST(checkpoint_metadata_out_of_range_are_errors) {
    const char *const wrong[][2] = {
        {"seed", "x"},   {"seed", "-1"},   {"seed", "1e3"}, {"seed", "18446744073709551616"},
        {"epoch", "-1"}, {"classes", "0"}, {"mean", "1.5"}, {"data_format", "channels_middle"}};
    const char *metadata[][2] = {{"model", "resnet20"}, {"classes", "3"},
                                 {"height", "8"},       {"width", "8"},
                                 {"channels", "1"},     {"mean", "0"},
                                 {"deviation", "1"},    {"epoch", "1"},
                                 {"seed", "1"},         {"data_format", "channels_last"}};
    int count = sizeof metadata / sizeof metadata[0];
    for (int i = 0; i < count; i++)
        if (strcmp(metadata[i][0], wrong[_i][0]) == 0)
            metadata[i][1] = wrong[_i][1];
    const char *path = temporary_path("range");
    safetensors_write(path, NULL, 0, (const char *const(*)[2])metadata, count);
    expect_error(read_info, path, path, wrong[_i][0], wrong[_i][1], "the trainer wrote", NULL);
}
END_TEST

START_TEST(checkpoint_classes_without_names_have_numbers) {
    const char *const metadata[][2] = {{"model", "resnet20"}, {"classes", "3"},
                                       {"height", "8"},       {"width", "8"},
                                       {"channels", "1"},     {"mean", "0"},
                                       {"deviation", "1"},    {"epoch", "1"},
                                       {"seed", "1"},         {"data_format", "channels_last"}};
    const char *path = temporary_path("nameless");
    safetensors_write(path, NULL, 0, metadata, sizeof metadata / sizeof metadata[0]);
    CheckpointInfo info = checkpoint_read_info(path);
    ck_assert_str_eq(info.class_names[0], "class 0");
    ck_assert_str_eq(info.class_names[2], "class 2");
}
END_TEST

typedef struct Bytes {
    char bytes[1 << 14];
    size_t count;
} Bytes;

static Bytes checkpoint_bytes(void) {
    Bytes file;
    Params *params = store(1, 4, false);
    const char *path = temporary_path("whole");
    checkpoint_write(path, params, &INFO);
    params_free(params);
    FILE *stream = fopen(path, "rb");
    file.count = fread(file.bytes, 1, sizeof file.bytes, stream);
    fclose(stream);
    return file;
}

/* Reads the bytes as a checkpoint would be, its info first. */
static void read_bytes(const void *bytes) {
    const Bytes *file = bytes;
    const char *path = temporary_file("changed", file->bytes, file->count);
    checkpoint_read_info(path);
    checkpoint_read(path, store(3, 4, false));
}

START_TEST(checkpoint_with_any_bit_changed_is_an_error) {
    Bytes whole = checkpoint_bytes(), changed;
    ck_assert_int_eq(run_in_child(read_bytes, &whole).status, 0);
    Random random = random_stream(_i, 5);
    for (int flips = 0; flips < 150; flips++) {
        changed = whole;
        int byte = random_below(&random, (int)whole.count);
        changed.bytes[byte] ^= (char)(1 << random_below(&random, 8));
        expect_error(read_bytes, &changed, NULL);
    }
}
END_TEST

START_TEST(checkpoint_cut_or_shuffled_is_an_error) {
    const Bytes whole = checkpoint_bytes();
    Bytes changed = whole;
    enum { BLOCK = 16 };
    char *last = changed.bytes + whole.count - BLOCK;
    memset(last, 0, BLOCK);
    expect_error(read_bytes, &changed, "checksum", "copy the file again", NULL);
    memcpy(last, whole.bytes + whole.count - 3 * BLOCK, BLOCK);
    memcpy(last - 2 * BLOCK, whole.bytes + whole.count - BLOCK, BLOCK);
    expect_error(read_bytes, &changed, "checksum", NULL);
    for (size_t count = 0; count < whole.count; count += whole.count / 10) {
        changed = whole;
        changed.count = count;
        expect_error(read_bytes, &changed, NULL);
    }
}
END_TEST

/* The checksum by its definition: bit by bit, as zlib's table does not. */
static uint32_t crc_by_bits(const char *bytes, size_t count) {
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

/* Gives changed bytes the checksum that belongs to them. */
static void seal(Bytes *file) {
    char *digits = (char *)memmem(file->bytes, file->count, "\"crc32\":\"", 9) + 9;
    char text[9];
    memset(digits, '0', 8);
    snprintf(text, sizeof text, "%08x", crc_by_bits(file->bytes, file->count));
    memcpy(digits, text, 8);
}

START_TEST(checkpoint_has_the_crc_of_its_bytes) {
    Bytes whole = checkpoint_bytes(), sealed = whole;
    seal(&sealed);
    ck_assert_mem_eq(sealed.bytes, whole.bytes, whole.count);
}
END_TEST

/* The header calls one tensor's numbers whole ones. */
START_TEST(checkpoint_of_another_dtype_is_an_error) {
    Bytes file = checkpoint_bytes();
    char *bytes = file.bytes;
    size_t count = file.count;
    char *dtype = memmem(bytes, count, "\"F32\"", 5);
    ck_assert_ptr_nonnull(dtype);
    dtype[1] = 'I';
    seal(&file);
    const char *path = temporary_file("whole_numbers", bytes, count);
    expect_error(read_plain, path, path, "stem/kernel", "dtype I32", "convert the file", NULL);
}
END_TEST

START_TEST(checkpoint_bad_metadata_are_errors) {
    const struct {
        int place;
        const char *value;
    } cases[] = {{1, "0"},     {1, "ten"},    {1, "3x"},    {1, "99999999999"}, {2, "-4"},
                 {4, "9"},     {5, ""},       {5, "0,1,2"}, {5, "0"},           {7, "-1"},
                 {5, "nan,0"}, {5, "0,1e30"}, {6, "inf,1"}, {6, "-1,1"},        {2, "2147483647"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *metadata[][2] = {{"model", "resnet20"}, {"classes", "10"},
                                     {"height", "28"},      {"width", "28"},
                                     {"channels", "2"},     {"mean", "0,0"},
                                     {"deviation", "1,1"},  {"epoch", "3"},
                                     {"seed", "1"},         {"data_format", "channels_last"}};
        metadata[cases[i].place][1] = cases[i].value;
        const char *path = temporary_path("metadata");
        safetensors_write(path, NULL, 0, (const char *const(*)[2])metadata, 10);
        expect_error(read_info, path, path, NULL);
    }
}
END_TEST

/* ---- the log ---- */

static void read_log(const void *path) {
    log_read(path, 100);
}

START_TEST(log_gives_its_rows_back) {
    const char *path = temporary_path("log.csv");
    TrainingLog log = {0};
    log_add(&log, (LogRow){1, 468, 12.5, 0.1, 0.75, 0.5, 1.25, 0.625});
    log_add(&log, (LogRow){2, 936, 25.0, 0.05, 0.5, 0.75, 1.0, 0.875});
    log_write(&log, path);
    char text[400] = "";
    FILE *stream = fopen(path, "r");
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, stream), 0);
    fclose(stream);
    ck_assert_str_eq(text, "epoch,step,seconds,learning_rate,train_loss,train_accuracy,test_loss,"
                           "test_accuracy\n"
                           "1,468,12.500,0.1,0.750000,0.500000,1.250000,0.625000\n"
                           "2,936,25.000,0.05,0.500000,0.750000,1.000000,0.875000\n");
    TrainingLog first = log_read(path, 1), both = log_read(path, 9);
    ck_assert_int_eq(first.count, 1);
    ck_assert_int_eq(both.count, 2);
    ck_assert_mem_eq(both.rows, log.rows, 2 * sizeof(LogRow));
    log_free(&log);
    log_free(&first);
    log_free(&both);
}
END_TEST

START_TEST(log_errors) {
    const char *missing = temporary_path("no.csv");
    expect_error(read_log, missing, missing, "No such file", "train first", NULL);
    const char *other = temporary_file("other.csv", "a,b\n", 4);
    expect_error(read_log, other, other, "header", NULL);
    const char *text = "epoch,step,seconds,learning_rate,train_loss,train_accuracy,test_loss,"
                       "test_accuracy\n1,2,3\n";
    const char *broken = temporary_file("broken.csv", text, strlen(text));
    expect_error(read_log, broken, broken, "line 2", NULL);
}
END_TEST

START_TEST(durations_as_people_write_them) {
    char text[DURATION_TEXT];
    ck_assert_str_eq(duration_text(0, text), "0:00");
    ck_assert_str_eq(duration_text(59.6, text), "1:00");
    ck_assert_str_eq(duration_text(245, text), "4:05");
    ck_assert_str_eq(duration_text(3753, text), "1:02:33");
}
END_TEST

TCase *checkpoint_tests(void) {
    TCase *tests = tcase_create("checkpoint and log");
    temporary_add(tests);
    tcase_add_test(tests, checkpoint_gives_everything_back);
    tcase_add_test(tests, checkpoint_holds_just_the_model);
    tcase_add_test(tests, checkpoint_misfits_are_errors);
    tcase_add_loop_test(tests, checkpoint_with_any_bit_changed_is_an_error, 0, 4);
    tcase_add_test(tests, checkpoint_cut_or_shuffled_is_an_error);
    tcase_add_test(tests, checkpoint_has_the_crc_of_its_bytes);
    tcase_add_loop_test(tests, checkpoint_metadata_out_of_range_are_errors, 0, 8);
    tcase_add_test(tests, checkpoint_classes_without_names_have_numbers);
    tcase_add_test(tests, checkpoint_of_another_dtype_is_an_error);
    tcase_add_test(tests, checkpoint_bad_metadata_are_errors);
    tcase_add_test(tests, log_gives_its_rows_back);
    tcase_add_test(tests, log_errors);
    tcase_add_test(tests, durations_as_people_write_them);
    return tests;
}
