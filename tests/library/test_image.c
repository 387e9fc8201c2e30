/* Tests of common/data/image.h, image_reader.h and resizer.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stb_image_write.h>

#include "base/memory.h"
#include "base/random.h"
#include "cases.h"
#include "data/image_reader.h"
#include "data/resizer.h"
#include "expect_error.h"
#include "temporary.h"

enum { MOST_BYTES = 1 << 16 };

static Image noise(int height, int width, int channels) {
    Image image = image_new(height, width, channels);
    Random random = random_stream(7, 0);
    for (int i = 0; i < height * width * channels; i++)
        image.pixels[i] = (unsigned char)random_below(&random, 256);
    return image;
}

/* Pixel (y, x) has the channels (y, x): it says where it comes from. */
static Image coordinates(int height, int width) {
    Image image = image_new(height, width, 2);
    unsigned char *pixel = image.pixels;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            *pixel++ = (unsigned char)y;
            *pixel++ = (unsigned char)x;
        }
    return image;
}

/* Requires that the image was cut out of coordinates() with this corner. */
static void assert_cut_at(const Image *image, int top, int left) {
    const unsigned char *pixel = image->pixels;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            ck_assert_int_eq(*pixel++, top + y);
            ck_assert_int_eq(*pixel++, left + x);
        }
}

static void assert_shape(const Image *image, int height, int width, int channels) {
    ck_assert_int_eq(image->height, height);
    ck_assert_int_eq(image->width, width);
    ck_assert_int_eq(image->channels, channels);
}

static void read_image(const void *path) {
    Image image = image_read(path, 3);
    image_free(&image);
}

START_TEST(image_png_keeps_every_pixel) {
    for (int channels = 1; channels <= 4; channels++) {
        Image image = noise(5, 7, channels);
        const char *path = temporary_path("noise.png");
        image_write_png(path, &image);
        Image again = image_read(path, 0);
        assert_shape(&again, 5, 7, channels);
        ck_assert_mem_eq(again.pixels, image.pixels, (size_t)35 * channels);
        image_free(&again);
        image_free(&image);
    }
}
END_TEST

START_TEST(image_channels_are_converted) {
    Image grey = noise(3, 4, 1);
    image_write_png(temporary_path("grey.png"), &grey);
    Image colour = image_read(temporary_path("grey.png"), 3);
    assert_shape(&colour, 3, 4, 3);
    for (int i = 0; i < 36; i++)
        ck_assert_int_eq(colour.pixels[i], grey.pixels[i / 3]);
    image_write_png(temporary_path("colour.png"), &colour);
    Image back = image_read(temporary_path("colour.png"), 1);
    assert_shape(&back, 3, 4, 1);
    for (int i = 0; i < 12; i++)
        ck_assert_int_le(abs(back.pixels[i] - grey.pixels[i]), 1); /* rounded luminance */
    image_free(&grey);
    image_free(&colour);
    image_free(&back);
}
END_TEST

START_TEST(image_reads_jpeg) {
    Image image = image_new(16, 24, 3);
    for (int i = 0; i < 16 * 24 * 3; i++)
        image.pixels[i] = (unsigned char)(100 + 5 * (i % 3) + i / 72);
    const char *path = temporary_path("ramp.jpg");
    ck_assert(stbi_write_jpg(path, 24, 16, 3, image.pixels, 95));
    Image again = image_read(path, 3);
    assert_shape(&again, 16, 24, 3);
    for (int i = 0; i < 16 * 24 * 3; i++)
        ck_assert_int_le(abs(again.pixels[i] - image.pixels[i]), 4);
    image_free(&image);
    image_free(&again);
}
END_TEST

static void write_nowhere(const void *path) {
    Image image = noise(2, 2, 1);
    image_write_png(path, &image);
}

/* Its bytes are more than an int counts; none is read. */
static void write_enormous(const void *path) {
    image_write_png(path, &(Image){.height = 30000, .width = 30000, .channels = 3});
}

START_TEST(image_file_errors) {
    const char *missing = temporary_path("missing.png");
    expect_error(read_image, missing, missing, "No such file", "PNG or JPEG", NULL);
    const char *text = temporary_file("text.png", "not an image", 12);
    expect_error(read_image, text, text, "cannot be read as an image", "PNG or JPEG", NULL);
    expect_error(read_image, temporary_path("."), "cannot be read as an image", NULL);
    const char *nowhere = temporary_path("nowhere/image.png");
    expect_error(write_nowhere, nowhere, nowhere, "No such file", "choose", NULL);
    const char *enormous = temporary_path("enormous.png");
    expect_error(write_enormous, enormous, enormous, "too many", "choose a smaller image", NULL);
    ck_assert_int_ne(access(enormous, F_OK), 0);

    Image image = noise(40, 40, 3);
    const char *whole = temporary_path("whole.png");
    image_write_png(whole, &image);
    unsigned char bytes[4000];
    FILE *stream = fopen(whole, "rb");
    ck_assert_uint_eq(fread(bytes, 1, sizeof bytes, stream), sizeof bytes);
    fclose(stream);
    const char *cut = temporary_file("cut.png", bytes, sizeof bytes);
    expect_error(read_image, cut, cut, "cannot be read as an image", NULL);
    image_free(&image);
}
END_TEST

static int taken; /* images so far */

/* Each of three files in turn: its grey says which it was. */
static void take_in_turn(void *unused, int number, Image image) {
    (void)unused;
    ck_assert_int_eq(number, taken++);
    ck_assert_int_eq(image.pixels[0], 10 * (number % 3 + 1));
    image_free(&image);
}

START_TEST(image_read_all_takes_many) {
    enum { MANY = 600 };
    const char *paths[MANY];
    char *files[3];
    for (int i = 0; i < 3; i++) {
        unsigned char pixel = (unsigned char)(10 * (i + 1));
        const char *const names[] = {"first.png", "second.png", "third.png"};
        files[i] = strdup(temporary_path(names[i]));
        image_write_png(files[i], &(Image){1, 1, 1, &pixel});
    }
    for (int i = 0; i < MANY; i++)
        paths[i] = files[i % 3];
    taken = 0;
    image_read_all(paths, MANY, 1, take_in_turn, NULL);
    ck_assert_int_eq(taken, MANY);
    for (int i = 0; i < 3; i++)
        free(files[i]);
}
END_TEST

static void assert_header(const unsigned char *bytes, size_t count, int channels) {
    Image promised = image_read_header(temporary_file("header", bytes, count));
    assert_shape(&promised, 5, 7, channels);
}

/* 7 x 5 pixels (width x height) in the kinds that the other tests do not write. */
START_TEST(image_headers_of_other_kinds) {
    unsigned char jpeg[] = {0xFF, 0xD8, 0xFF, 0xE1, 0,  4, 0, 0, /* what is not the frame */
                            0xFF, 0xFF, 0xC0, 0,    11, 8, 0, 5, 0, 7, 1};
    for (unsigned char frame = 0xC0; frame <= 0xC2; frame++)
        for (unsigned char components = 1; components <= 3; components += 2) {
            jpeg[10] = frame; /* the first byte of a marker may be repeated */
            jpeg[sizeof jpeg - 1] = components;
            assert_header(jpeg, sizeof jpeg, components);
        }
    const unsigned char palette[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0,
                                     0,    13,  'I', 'H', 'D',  'R',  0,    0,    0, 7,
                                     0,    0,   0,   5,   8,    3,    0,    0,    0};
    assert_header(palette, sizeof palette, 3);
}
END_TEST

/* A whole image's bytes, in memory. */
typedef struct Bytes {
    unsigned char *bytes;
    size_t count;
} Bytes;

static Bytes read_bytes(const char *path) {
    Bytes file = {memory_new(MOST_BYTES, 1), 0};
    FILE *stream = fopen(path, "rb");
    file.count = fread(file.bytes, 1, MOST_BYTES, stream);
    fclose(stream);
    return file;
}

/* Requires of a file that reading it either works or is refused with a message that names it. */
static void expect_read_or_refused(const char *path) {
    Outcome outcome = run_in_child(read_image, path);
    ck_assert_msg(outcome.status == 0 || (outcome.status == 1 && strstr(outcome.text, path) &&
                                          strstr(outcome.text, "cannot be read as an image")),
                  "status %d: %s", outcome.status, outcome.text);
}

/* Bits flipped, and the end cut off, of a PNG and a JPEG. */
START_TEST(image_damaged_files_are_read_or_refused) {
    enum { FLIPS = 100, CUTS = 20 };
    Image image = noise(24, 24, 3);
    const char *whole = temporary_path(_i ? "whole.jpg" : "whole.png");
    if (_i)
        ck_assert(stbi_write_jpg(whole, 24, 24, 3, image.pixels, 90));
    else
        image_write_png(whole, &image);
    Bytes file = read_bytes(whole);
    Random random = random_stream(31, (uint64_t)_i);
    for (int flip = 0; flip < FLIPS; flip++) {
        size_t at = random_below(&random, (uint32_t)file.count);
        unsigned char bit = (unsigned char)(1 << random_below(&random, 8));
        file.bytes[at] ^= bit;
        expect_read_or_refused(temporary_file("damaged.png", file.bytes, file.count));
        file.bytes[at] ^= bit;
    }
    for (int cut = 0; cut < CUTS; cut++)
        expect_read_or_refused(
            temporary_file("damaged.png", file.bytes, random_below(&random, (uint32_t)file.count)));
    free(file.bytes);
    image_free(&image);
}
END_TEST

/* stb knows these by their first bytes, whatever their names say: a PSD, a BMP, a GIF, an HDR and a
 * PIC. */
START_TEST(image_other_formats_are_not_tried) {
    const char *const begins[] = {"8BPS\0\1", "BM6", "GIF89a", "#?RADIANCE\n", "\x53\x80\xF6\x34"};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        unsigned char bytes[64] = {0};
        memcpy(bytes, begins[i], i == 0 ? 6 : strlen(begins[i]));
        const char *path = temporary_file("other.png", bytes, sizeof bytes);
        expect_error(read_image, path, path, "neither as a PNG nor as a JPEG", NULL);
    }
}
END_TEST

/* The sizes stand at byte 16, big-endian: nothing is decoded. */
START_TEST(image_absurd_sizes_are_refused) {
    Image image = noise(3, 3, 1);
    const char *path = temporary_path("size.png");
    image_write_png(path, &image);
    Bytes file = read_bytes(path);
    const struct {
        uint32_t width, height;
        const char *message;
    } cases[] = {
        {30000, 30000, "30000 x 30000 pixels"},
        {INT32_MAX, INT32_MAX, "2147483647 x 2147483647"},
        {0, 3, "no pixels"},
        {UINT32_MAX, 3, "header is damaged"},
        {3, 4, "cannot be read as an image"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int byte = 0; byte < 4; byte++) {
            file.bytes[16 + byte] = (unsigned char)(cases[i].width >> (24 - 8 * byte));
            file.bytes[20 + byte] = (unsigned char)(cases[i].height >> (24 - 8 * byte));
        }
        path = temporary_file("size.png", file.bytes, file.count);
        expect_error(read_image, path, path, cases[i].message, NULL);
    }
    free(file.bytes);
    image_free(&image);
}
END_TEST

START_TEST(image_resize_keeps_the_aspect) {
    const struct {
        int height, width, side, new_height, new_width;
    } cases[] = {
        {100, 200, 50, 50, 100}, {200, 100, 50, 100, 50}, {28, 28, 96, 96, 96},
        {3, 5, 10, 10, 17},      {5, 3, 10, 17, 10},      {480, 641, 256, 256, 342},
        {1, 1, 3, 3, 3},         {50, 1, 1, 50, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Image image = image_new(cases[i].height, cases[i].width, 3);
        memset(image.pixels, 77, (size_t)cases[i].height * cases[i].width * 3);
        Image resized = image_resize_shorter_side(&image, cases[i].side);
        assert_shape(&resized, cases[i].new_height, cases[i].new_width, 3);
        int others = 0;
        for (int p = 0; p < resized.height * resized.width * 3; p++)
            others += resized.pixels[p] != 77;
        ck_assert_int_eq(others, 0); /* what is flat stays flat */
        image_free(&resized);
        image_free(&image);
    }
}
END_TEST

START_TEST(image_resize_keeps_ramps) {
    Image image = image_new(40, 60, 1);
    for (int i = 0; i < 40 * 60; i++)
        image.pixels[i] = (unsigned char)(4 * (i % 60));
    const int sides[] = {20, 40, 80};
    for (int s = 0; s < 3; s++) {
        Image resized = image_resize_shorter_side(&image, sides[s]);
        const unsigned char *row = resized.pixels + resized.height / 2 * (size_t)resized.width;
        double scale = 40.0 / sides[s];
        for (int x = resized.width / 10; x < resized.width * 9 / 10; x++) {
            double expected = 4 * ((x + 0.5) * scale - 0.5); /* pixel centres */
            ck_assert_double_le(fabs(row[x] - expected), 1.01);
        }
        image_free(&resized);
    }
    image_free(&image);
}
END_TEST

static void resize_too_far(const void *side) {
    Image image = noise(1, 2000, 1);
    image_resize_shorter_side(&image, *(const int *)side);
}

static void crop_too_much(const void *size) {
    Image image = noise(5, 9, 1);
    image_crop_central(&image, *(const int *)size);
}

START_TEST(image_size_errors) {
    const int zero = 0, six = 6, huge = 1 << 20;
    expect_error(resize_too_far, &zero, "at least 1 pixel, not 0", NULL);
    expect_error(resize_too_far, &huge, "1 x 2000", "2 GiB", "smaller", NULL);
    expect_error(crop_too_much, &zero, "0 x 0 pixels out of 5 x 9", NULL);
    expect_error(crop_too_much, &six, "6 x 6 pixels out of 5 x 9", "resize", NULL);
}
END_TEST

START_TEST(image_crop_central_is_in_the_middle) {
    const struct {
        int height, width, size, top, left;
    } cases[] = {{10, 20, 4, 3, 8}, {9, 9, 4, 2, 2}, {7, 12, 7, 0, 2}, {1, 1, 1, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Image image = coordinates(cases[i].height, cases[i].width);
        Image cropped = image_crop_central(&image, cases[i].size);
        assert_shape(&cropped, cases[i].size, cases[i].size, 2);
        assert_cut_at(&cropped, cases[i].top, cases[i].left);
        image_free(&cropped);
        image_free(&image);
    }
}
END_TEST

static void resize_another_size(const void *unused) {
    (void)unused;
    Image image = noise(6, 7, 1), other = noise(7, 6, 1);
    resizer_run(resizer_new(&image, 3, 3), &other);
}

/* One resizer gives every image what image_resize_linear() gives it; of coordinates, a third of the
 * size keeps each third one, but at the border. */
START_TEST(image_resizer_takes_many_images) {
    Image large = coordinates(30, 18), tall = coordinates(9, 3);
    Resizer *third = resizer_new(&large, 10, 6), *shorter = resizer_new_shorter_side(&tall, 9);
    for (int i = 0; i < 3; i++) {
        Image resized = resizer_run(third, &large), alone = image_resize_linear(&large, 10, 6);
        assert_shape(&resized, 10, 6, 2);
        ck_assert_mem_eq(resized.pixels, alone.pixels, (size_t)10 * 6 * 2);
        for (int y = 1; y < 9; y++) /* the middle of 3 x 3, away from the border */
            for (int x = 1; x < 5; x++) {
                ck_assert_int_eq(resized.pixels[(y * 6 + x) * 2], 3 * y + 1);
                ck_assert_int_eq(resized.pixels[(y * 6 + x) * 2 + 1], 3 * x + 1);
            }
        image_free(&alone);
        image_free(&resized);
    }
    Image wide = resizer_run(shorter, &tall);
    assert_shape(&wide, 27, 9, 2);
    image_free(&wide);
    expect_error(resize_another_size, NULL, "6 x 7", "7 x 6", NULL);
    resizer_free(third);
    resizer_free(shorter);
    image_free(&large);
    image_free(&tall);
}
END_TEST

TCase *image_tests(void) {
    TCase *tests = tcase_create("image");
    temporary_add(tests);
    tcase_add_test(tests, image_png_keeps_every_pixel);
    tcase_add_test(tests, image_channels_are_converted);
    tcase_add_test(tests, image_reads_jpeg);
    tcase_add_test(tests, image_file_errors);
    tcase_add_test(tests, image_read_all_takes_many);
    tcase_add_test(tests, image_headers_of_other_kinds);
    tcase_add_loop_test(tests, image_damaged_files_are_read_or_refused, 0, 2);
    tcase_add_test(tests, image_other_formats_are_not_tried);
    tcase_add_test(tests, image_absurd_sizes_are_refused);
    tcase_add_test(tests, image_resize_keeps_the_aspect);
    tcase_add_test(tests, image_resize_keeps_ramps);
    tcase_add_test(tests, image_size_errors);
    tcase_add_test(tests, image_crop_central_is_in_the_middle);
    tcase_add_test(tests, image_resizer_takes_many_images);
    return tests;
}
