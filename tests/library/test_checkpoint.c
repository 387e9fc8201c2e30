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
    const char *velocity = temporary_path("optimizer.safetensors");
    Params *written = store(1, 5, true), *read = store(2, 5, true);
    checkpoint_write(path, written, &INFO);
    checkpoint_write_velocity(velocity, written, 7);

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

    checkpoint_read(path, read);
    checkpoint_read_velocity(velocity, read, 7);
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
    checkpoint_read_velocity(path, store(3, 4, false), 8);
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
    const char *velocity = temporary_path("velocity");
    checkpoint_write_velocity(velocity, narrow, 7);
    expect_error(read_velocity, velocity, velocity, "after epoch 7", "after epoch 8", NULL);
    checkpoint_write_velocity(velocity, wide, 8);
    expect_error(read_velocity, velocity, velocity, "stem/kernel", "shape", NULL);
    expect_error(read_info, velocity, velocity, "have no \"classes\"", "trainer wrote", NULL);
    const char *missing = temporary_path("missing");
    expect_error(read_info, missing, missing, "No such file", NULL);
    params_free(narrow);
    params_free(longer);
    params_free(wide);
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

/* The bytes of a checkpoint whose header calls one tensor's numbers whole ones. */
START_TEST(checkpoint_of_another_dtype_is_an_error) {
    static char bytes[1 << 14];
    Params *params = store(1, 4, false);
    const char *whole = temporary_path("whole");
    checkpoint_write(whole, params, &INFO);
    FILE *stream = fopen(whole, "rb");
    size_t count = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    char *dtype = memmem(bytes, count, "\"F32\"", 5);
    ck_assert_ptr_nonnull(dtype);
    memcpy(dtype, "\"I32\"", 5);
    const char *path = temporary_file("whole_numbers", bytes, count);
    expect_error(read_plain, path, path, "stem/kernel", "dtype I32", "convert the file", NULL);
    params_free(params);
}
END_TEST

START_TEST(checkpoint_bad_metadata_are_errors) {
    const struct {
        int place;
        const char *value;
    } cases[] = {{1, "0"}, {1, "ten"}, {1, "3x"},    {1, "99999999999"}, {2, "-4"},
                 {4, "9"}, {5, ""},    {5, "0,1,2"}, {5, "0"},           {7, "-1"}};
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
    tcase_add_test(tests, checkpoint_classes_without_names_have_numbers);
    tcase_add_test(tests, checkpoint_of_another_dtype_is_an_error);
    tcase_add_test(tests, checkpoint_bad_metadata_are_errors);
    tcase_add_test(tests, log_gives_its_rows_back);
    tcase_add_test(tests, log_errors);
    tcase_add_test(tests, durations_as_people_write_them);
    return tests;
}
