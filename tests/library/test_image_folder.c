/* Tests of data sets of a folder a class, on images that the tests write. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cases.h"
#include "data/dataset.h"
#include "data/image.h"
#include "expect_error.h"
#include "temporary.h"

enum { MOST_BYTES = 3 * 64 * 64, PATH_BYTES = 256 };

/* An image whose every pixel has these channels. */
static void write_image(const char *path, int height, int width, int channels,
                        const unsigned char *pixel) {
    unsigned char pixels[MOST_BYTES];
    for (int i = 0; i < height * width; i++)
        memcpy(pixels + (size_t)i * channels, pixel, (size_t)channels);
    image_write_png(temporary_path(path), &(Image){height, width, channels, pixels});
}

static void write_grey(const char *path, int height, int width, int grey) {
    write_image(path, height, width, 1, (const unsigned char[]){(unsigned char)grey});
}

static void make_folder(const char *set, const char *folder) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", set, folder);
    ck_assert_int_eq(mkdir(temporary_path(path), 0777), 0);
}

/* Grey images of 3 x 2 pixels (height x width): three cats and a dog for training, one of each for
 * testing. "Zebra" sorts before "cat": byte by byte, not by the alphabet. */
static const char *write_set(const char *name) {
    static const char *const folders[] = {"train", "train/cat", "train/Zebra",
                                          "test",  "test/cat",  "test/Zebra"};
    static const char *const files[] = {"train/cat/b.png",   "train/cat/a.PNG", "train/cat/c.png",
                                        "train/Zebra/x.png", "test/cat/q.png",  "test/Zebra/r.png"};
    ck_assert_int_eq(mkdir(temporary_path(name), 0777), 0);
    for (int i = 0; i < 6; i++)
        make_folder(name, folders[i]);
    for (int i = 0; i < 6; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", name, files[i]);
        write_grey(path, 3, 2, 10 * (i + 1));
    }
    return temporary_path(name);
}

static void load_as_is(const void *directory) {
    Dataset dataset = dataset_load(directory, true);
    dataset_free(&dataset);
}

START_TEST(image_folder_reads_in_turns) {
    const char *directory = write_set("turns");
    temporary_file("turns/train/.notes", "x", 1);
    temporary_file("turns/train/cat/.thumbnails", "x", 1);
    Dataset dataset = dataset_load(directory, true);
    ck_assert_int_eq(dataset.count, 4);
    ck_assert_int_eq(dataset.height, 3);
    ck_assert_int_eq(dataset.width, 2);
    ck_assert_int_eq(dataset.channels, 1);
    ck_assert_int_eq(dataset.classes, 2);
    ck_assert_str_eq(dataset.class_names[0], "Zebra");
    ck_assert_str_eq(dataset.class_names[1], "cat");
    const int labels[] = {0, 1, 1, 1}, greys[] = {40, 20, 10, 30};
    for (int n = 0; n < 4; n++) {
        ck_assert_int_eq(dataset.labels[n], labels[n]);
        for (int i = 0; i < 6; i++)
            ck_assert_int_eq(dataset.images[6 * n + i], greys[n]);
    }
    dataset_free(&dataset);
    dataset = dataset_load(directory, false);
    ck_assert_int_eq(dataset.count, 2);
    ck_assert_int_eq(dataset.images[0], 60);
    ck_assert_int_eq(dataset.images[6], 50);
    dataset_free(&dataset);
}
END_TEST

START_TEST(image_folder_is_in_colour_if_one_file_is) {
    const char *directory = write_set("colour");
    const unsigned char half_transparent[] = {77, 128}, orange[] = {255, 128, 0};
    write_image("colour/train/cat/b.png", 3, 2, 2, half_transparent);
    Dataset dataset = dataset_load(directory, true);
    ck_assert_int_eq(dataset.channels, 1);
    ck_assert_int_eq(dataset.images[2 * 6], 77);
    dataset_free(&dataset);
    write_image("colour/test/cat/q.png", 3, 2, 3, orange);
    dataset = dataset_load(directory, true); /* grey files, but colour in the other half */
    ck_assert_int_eq(dataset.channels, 3);
    for (int i = 0; i < 18; i++)
        ck_assert_int_eq(dataset.images[i], 40);
    dataset_free(&dataset);
    dataset = dataset_load(directory, false);
    ck_assert_mem_eq(dataset.images + 18, orange, 3);
    ck_assert_mem_eq(dataset.images + 33, orange, 3);
    dataset_free(&dataset);
}
END_TEST

START_TEST(image_folder_brings_sizes_to_one) {
    const char *directory = write_set("sizes");
    write_grey("sizes/test/cat/q.png", 40, 20, 50);
    expect_error(load_as_is, directory, "q.png is 20 x 40 pixels", "2 x 3", "--resize N", NULL);
    Dataset dataset = dataset_load_sized(directory, false, 8);
    ck_assert_int_eq(dataset.height, 8);
    ck_assert_int_eq(dataset.width, 8);
    for (int i = 0; i < 64; i++) {
        ck_assert_int_eq(dataset.images[i], 60);
        ck_assert_int_eq(dataset.images[64 + i], 50);
    }
    dataset_free(&dataset);

    /* An image of that size stays as it is; the crop of a larger one is its middle. */
    unsigned char stripes[8 * 8], bars[8 * 16] = {0};
    for (int i = 0; i < 64; i++)
        stripes[i] = i % 2 ? 255 : 0;
    for (int y = 0; y < 8; y++)
        memset(bars + 16 * y + 4, 200, 8);
    image_write_png(temporary_path("sizes/test/cat/q.png"), &(Image){8, 8, 1, stripes});
    image_write_png(temporary_path("sizes/test/Zebra/r.png"), &(Image){8, 16, 1, bars});
    dataset = dataset_load_sized(directory, false, 8);
    ck_assert_mem_eq(dataset.images + 64, stripes, 64);
    for (int i = 0; i < 64; i++)
        ck_assert_int_eq(dataset.images[i], 200);
    dataset_free(&dataset);
}
END_TEST

START_TEST(image_folder_wrong_files_are_errors) {
    const char *directory = write_set("wrong");
    temporary_file("wrong/train/cat/z.png", "GIF89a", 6);
    expect_error(load_as_is, directory, "train/cat/z.png", "cannot be read as an image", NULL);
    ck_assert_int_eq(unlink(temporary_path("wrong/train/cat/z.png")), 0);
    temporary_file("wrong/test/cat/notes.txt", "x", 1);
    expect_error(load_as_is, directory, "test/cat/notes.txt", "neither .png nor .jpg", NULL);
    ck_assert_int_eq(unlink(temporary_path("wrong/test/cat/notes.txt")), 0);

    FILE *stream = fopen(temporary_path("wrong/train/cat/b.png"), "rb");
    unsigned char png[200];
    size_t count = fread(png, 1, sizeof png, stream);
    fclose(stream);
    temporary_file("wrong/train/cat/b.png", png, count - 30); /* its header is whole */
    expect_error(load_as_is, directory, "train/cat/b.png", "cannot be read as an image", NULL);
}
END_TEST

START_TEST(image_folder_wrong_folders_are_errors) {
    const char *directory = write_set("classes");
    make_folder("classes", "train/dog");
    expect_error(load_as_is, directory, directory, "number 3", "\"dog\" in train/", NULL);
    make_folder("classes", "test/dog");
    expect_error(load_as_is, directory, "test/dog", "no image", NULL);
    write_grey("classes/test/dog/a.png", 3, 2, 1);
    expect_error(load_as_is, directory, "train/dog", "no image", NULL);
    write_grey("classes/train/dog/a.png", 3, 2, 1);
    load_as_is(directory);
    temporary_file("classes/train/zoo.txt", "x", 1);
    temporary_file("classes/test/zoo.txt", "x", 1);
    expect_error(load_as_is, directory, "zoo.txt", "not a folder", NULL);
}
END_TEST

START_TEST(image_folder_without_halves_is_an_error) {
    ck_assert_int_eq(mkdir(temporary_path("half"), 0777), 0);
    make_folder("half", "train");
    expect_error(load_as_is, temporary_path("half"), "half/train", "0 folders", NULL);
    make_folder("half", "train/one");
    write_grey("half/train/one/a.png", 2, 2, 1);
    expect_error(load_as_is, temporary_path("half"), "half/test", "cannot list", NULL);
    make_folder("half", "test");
    make_folder("half", "test/one");
    write_grey("half/test/one/a.png", 2, 2, 1);
    expect_error(load_as_is, temporary_path("half"), "one class", "two are needed", NULL);
}
END_TEST

START_TEST(image_folder_with_odd_names_is_an_error) {
    const char *const names[] = {
        "two\nlines", "caf\xe9",
        "a-name-of-more-than-sixty-three-bytes-which-is-more-than-we-read-here"};
    const char *const reasons[] = {"one line of UTF-8", "one line of UTF-8", "at most 63"};
    for (int i = 0; i < 3; i++) {
        char set[16], path[PATH_BYTES / 2];
        snprintf(set, sizeof set, "odd%d", i);
        write_set(set);
        for (int half = 0; half < 2; half++) {
            snprintf(path, sizeof path, "%s/%s", half ? "train" : "test", names[i]);
            make_folder(set, path);
            snprintf(path, sizeof path, "%s/%s/%s/a.png", set, half ? "train" : "test", names[i]);
            write_grey(path, 3, 2, 1);
        }
        Outcome outcome = run_in_child(load_as_is, temporary_path(set));
        ck_assert_int_eq(outcome.status, 1);
        ck_assert_ptr_nonnull(strstr(outcome.text, reasons[i]));
    }
}
END_TEST

TCase *image_folder_tests(void) {
    TCase *tests = tcase_create("image folder");
    temporary_add(tests);
    tcase_add_test(tests, image_folder_reads_in_turns);
    tcase_add_test(tests, image_folder_is_in_colour_if_one_file_is);
    tcase_add_test(tests, image_folder_brings_sizes_to_one);
    tcase_add_test(tests, image_folder_wrong_files_are_errors);
    tcase_add_test(tests, image_folder_wrong_folders_are_errors);
    tcase_add_test(tests, image_folder_without_halves_is_an_error);
    tcase_add_test(tests, image_folder_with_odd_names_is_an_error);
    return tests;
}
