/* Tests of chapters/11_classify/photo.h: inversion, trimming, cropping, and files of every colour
 * type. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "11_classify/photo.h"
#include "base/memory.h"
#include "base/random.h"
#include "cases.h"
#include "data/resizer.h"
#include "expect_error.h"
#include "temporary.h"

enum { SIZE = 28 };

static const PhotoOptions trim = {.height = SIZE, .width = SIZE, .frame = PHOTO_TRIM};

static Image new_image(int height, int width, int channels, int value) {
    Image image = {height, width, channels, NULL};
    size_t bytes = (size_t)height * (size_t)width * (size_t)channels;
    image.pixels = memory_new(bytes, 1);
    memset(image.pixels, value, bytes);
    return image;
}

/* Fills a rectangle of a grey image. */
static void fill(Image *image, int top, int left, int height, int width, int value) {
    for (int y = top; y < top + height; y++)
        memset(image->pixels + (size_t)y * (size_t)image->width + left, value, (size_t)width);
}

static int at(const Image *image, int y, int x) {
    return image->pixels[y * image->width + x];
}

START_TEST(photo_of_the_right_size_stays_as_it_is) {
    Image image = new_image(SIZE, SIZE, 1, 0);
    Random random = random_stream(3, 0);
    for (int i = 0; i < SIZE * SIZE; i++) /* on black, up to the border on the left */
        image.pixels[i] = (unsigned char)(i % SIZE < 9 ? random_below(&random, 256) : 0);
    Photo photo = photo_prepare(&image, trim);
    ck_assert(!photo.is_inverted);
    ck_assert_mem_eq(photo.image.pixels, image.pixels, SIZE * SIZE);

    for (int i = 0; i < SIZE * SIZE; i++)
        image.pixels[i] = (unsigned char)(255 - image.pixels[i]);
    Photo negative = photo_prepare(&image, trim);
    ck_assert(negative.is_inverted);
    ck_assert_mem_eq(negative.image.pixels, photo.image.pixels, SIZE * SIZE);
    image_free(&negative.image);
    image_free(&photo.image);
    image_free(&image);
}
END_TEST

START_TEST(photo_is_inverted_when_told) {
    for (int light = 0; light < 2; light++)
        for (PhotoInvert invert = PHOTO_INVERT_AUTO; invert <= PHOTO_INVERT_YES; invert++) {
            Image image = new_image(40, 50, 1, light ? 200 : 20);
            fill(&image, 10, 10, 20, 20, light ? 20 : 200);
            PhotoOptions options = trim;
            options.invert = invert;
            Photo photo = photo_prepare(&image, options);
            bool expected = invert == PHOTO_INVERT_AUTO ? light : invert == PHOTO_INVERT_YES;
            ck_assert_int_eq(photo.is_inverted, expected);
            image_free(&photo.image);
            image_free(&image);
        }
}
END_TEST

START_TEST(photo_border_is_its_median) {
    Image image = new_image(5, 4, 1, 9); /* 14 border pixels */
    image.pixels[0] = image.pixels[1] = image.pixels[4] = 200;
    fill(&image, 1, 1, 3, 2, 77);
    ck_assert_int_eq(photo_border(&image), 9);
    fill(&image, 0, 0, 2, 4, 200); /* 6 of 14, the inner pixels beside them */
    ck_assert_int_eq(photo_border(&image), 9);
    fill(&image, 0, 0, 3, 1, 201);
    fill(&image, 3, 0, 1, 1, 201); /* 8 of 14 */
    ck_assert_int_ge(photo_border(&image), 200);
    image_free(&image);
    Image one = new_image(1, 1, 3, 0);
    one.pixels[1] = 50;
    one.pixels[2] = 60;
    ck_assert_int_eq(photo_border(&one), 50);
    image_free(&one);
    Image line = new_image(3, 1, 1, 7);
    ck_assert_int_eq(photo_border(&line), 7);
    image_free(&line);
}
END_TEST

/* A dark thing of 84 x 42 on a light ground, anywhere in the photo: three times smaller, it stands
 * in the middle of the 28 x 28, and its ground is black. */
START_TEST(photo_is_trimmed_and_centred) {
    const int places[][2] = {{0, 0}, {5, 60}, {100, 33}, {116, 78}};
    for (int i = 0; i < 4; i++) {
        Image image = new_image(200, 120, 1, 240);
        fill(&image, places[i][0], places[i][1], 84, 42, 60);
        Photo photo = photo_prepare(&image, trim);
        ck_assert(photo.is_inverted);
        ck_assert_int_eq(photo.part.top, places[i][0]);
        ck_assert_int_eq(photo.part.left, places[i][1]);
        ck_assert_int_eq(photo.part.height, 84);
        ck_assert_int_eq(photo.part.width, 42);
        ck_assert_int_eq(photo.image.channels, 1);
        /* ground 255 - 240 = 15, thing 195: (195 - 15) * 255 / (255 - 15) */
        for (int y = 0; y < SIZE; y++)
            for (int x = 0; x < SIZE; x++)
                ck_assert_int_eq(at(&photo.image, y, x), x >= 7 && x < 21 ? 191 : 0);
        image_free(&photo.image);
        image_free(&image);
    }
}
END_TEST

START_TEST(photo_trims_wide_things_and_small_ones) {
    Image image = new_image(90, 300, 1, 0);
    fill(&image, 40, 20, 50, 200, 255); /* to 28 x 7 */
    Photo photo = photo_prepare(&image, trim);
    for (int y = 0; y < SIZE; y++)
        ck_assert_int_eq(at(&photo.image, y, 14), y >= 10 && y < 17 ? 255 : 0);
    image_free(&photo.image);
    image_free(&image);

    image = new_image(10, 12, 1, 0);
    fill(&image, 3, 3, 1, 2, 255); /* enlarged: 1 x 2 to 14 x 28 */
    photo = photo_prepare(&image, trim);
    ck_assert_int_eq(at(&photo.image, 6, 14), 0);
    ck_assert_int_eq(at(&photo.image, 7, 14), 255);
    ck_assert_int_eq(at(&photo.image, 20, 14), 255);
    ck_assert_int_eq(at(&photo.image, 21, 14), 0);
    image_free(&photo.image);
    image_free(&image);

    image = new_image(3, 3000, 1, 0);
    fill(&image, 1, 0, 1, 3000, 255); /* a line stays one pixel thick */
    photo = photo_prepare(&image, trim);
    ck_assert_int_eq(at(&photo.image, 13, 5), 255);
    ck_assert_int_eq(at(&photo.image, 12, 5) + at(&photo.image, 14, 5), 0);
    image_free(&photo.image);
    image_free(&image);
}
END_TEST

START_TEST(photo_of_nothing_is_black) {
    for (int value = 0; value <= 255; value += 51) {
        Image image = new_image(17, 40, 1, value);
        Photo photo = photo_prepare(&image, trim);
        ck_assert_int_eq(photo.part.height, 17);
        ck_assert_int_eq(photo.part.width, 40);
        for (int i = 0; i < SIZE * SIZE; i++)
            ck_assert_int_eq(photo.image.pixels[i], 0);
        image_free(&photo.image);
        image_free(&image);
    }
}
END_TEST

/* Colour, whose position can be read off: red grows along x, green along y. A crop of 224 from a
 * shorter side of 256 shows the middle 7/8 of the shorter side. */
START_TEST(photo_is_cropped_in_the_middle) {
    const int sizes[][2] = {{256, 256}, {512, 512}, {300, 256}, {512, 800}, {128, 160}, {513, 470}};
    for (int i = 0; i < 6; i++) {
        int height = sizes[i][0], width = sizes[i][1];
        Image image = new_image(height, width, 3, 0);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                unsigned char *pixel = image.pixels + (y * width + x) * 3;
                pixel[0] = (unsigned char)(255 * x / width);
                pixel[1] = (unsigned char)(255 * y / height);
            }
        Photo photo = photo_prepare(
            &image,
            (PhotoOptions){.height = 224, .width = 224, .frame = PHOTO_CROP, .shorter_side = 256});
        ck_assert(!photo.is_inverted);
        ck_assert_int_eq(photo.image.height, 224);
        ck_assert_int_eq(photo.image.width, 224);
        double shorter = height < width ? height : width;
        for (int y = 5; y < 219; y += 51)
            for (int x = 5; x < 219; x += 51) {
                const unsigned char *pixel = photo.image.pixels + (y * 224 + x) * 3;
                double from_x = width / 2.0 + (x + 0.5 - 112) * shorter / 256;
                double from_y = height / 2.0 + (y + 0.5 - 112) * shorter / 256;
                ck_assert_double_le(fabs(pixel[0] - (255 * from_x / width - 0.5)), 2);
                ck_assert_double_le(fabs(pixel[1] - (255 * from_y / height - 0.5)), 2);
            }
        image_free(&photo.image);
        image_free(&image);
    }
}
END_TEST

START_TEST(photo_of_256_loses_its_rim_alone) {
    Image image = new_image(300, 256, 3, 0);
    Random random = random_stream(4, 0);
    for (int i = 0; i < 300 * 256 * 3; i++)
        image.pixels[i] = (unsigned char)random_below(&random, 256);
    Photo photo = photo_prepare(
        &image,
        (PhotoOptions){.height = 224, .width = 224, .frame = PHOTO_CROP, .shorter_side = 256});
    for (int y = 0; y < 224; y++)
        ck_assert_mem_eq(photo.image.pixels + (size_t)(y * 224 * 3),
                         image.pixels + (size_t)(((y + 38) * 256 + 16) * 3), (size_t)(224 * 3));
    image_free(&photo.image);
    image_free(&image);
}
END_TEST

/* Against the triangle's weights in double: output pixel i has its middle at (i + 0.5) * ratio and
 * sees as far as max(1, ratio) to either side. */
START_TEST(image_resize_linear_is_the_triangle) {
    const int cases[][2] = {{90, 30}, {91, 17}, {20, 47}, {64, 64}, {10, 11}};
    Random random = random_stream(5, 0);
    for (int i = 0; i < 5; i++) {
        int from = cases[i][0], to = cases[i][1];
        Image image = new_image(1, from, 1, 0);
        for (int x = 0; x < from; x++)
            image.pixels[x] = (unsigned char)random_below(&random, 256);
        Image resized = image_resize_linear(&image, 1, to);
        double ratio = (double)from / to, reach = ratio > 1 ? ratio : 1;
        for (int x = 0; x < to; x++) { /* what is outside has no weight */
            double middle = (x + 0.5) * ratio, sum = 0, weights = 0;
            for (int k = 0; k < from; k++) {
                double weight = fmax(0, 1 - fabs(k + 0.5 - middle) / reach);
                sum += weight * image.pixels[k];
                weights += weight;
            }
            ck_assert_double_le(fabs(resized.pixels[x] - sum / weights), 0.51);
        }
        image_free(&resized);
        image_free(&image);
    }
}
END_TEST

/* Files with 1 to 4 channels: transparent parts are white; grey is Rec. 601's. */
START_TEST(photo_reads_every_colour_type) {
    const unsigned char bytes[4][4] = {{100}, {100, 51}, {200, 100, 50}, {200, 100, 50, 204}};
    /* 100 * 0.2 + 255 * 0.8 = 224; RGBA: 0.8 * each + 51 */
    const int rgb[4][3] = {{100, 100, 100}, {224, 224, 224}, {200, 100, 50}, {211, 131, 91}};
    for (int channels = 1; channels <= 4; channels++) {
        Image image = new_image(2, 3, channels, 0);
        for (int i = 0; i < 6 * channels; i++)
            image.pixels[i] = bytes[channels - 1][i % channels];
        const char *path = temporary_path("type.png");
        image_write_png(path, &image);
        Image colour = photo_read(path, 3), grey = photo_read(path, 1);
        const int *expected = rgb[channels - 1];
        double light = 0.299 * expected[0] + 0.587 * expected[1] + 0.114 * expected[2];
        for (int i = 0; i < 6; i++) {
            for (int c = 0; c < 3; c++)
                ck_assert_int_eq(colour.pixels[i * 3 + c], expected[c]);
            ck_assert_double_le(fabs(grey.pixels[i] - light), 0.51);
        }
        image_free(&grey);
        image_free(&colour);
        image_free(&image);
    }
}
END_TEST

/* What photo_imitation() makes of a thing, photo_prepare() finds again. */
START_TEST(photo_imitation_can_be_undone) {
    Image image = new_image(SIZE, SIZE, 1, 0);
    fill(&image, 0, 6, SIZE, 16, 120);
    fill(&image, 8, 10, 12, 8, 250);
    Image imitation = photo_imitation(&image);
    ck_assert_int_eq(imitation.channels, 3);
    const char *path = temporary_path("imitation.png");
    image_write_png(path, &imitation);
    Image grey = photo_read(path, 1);
    Photo photo = photo_prepare(&grey, trim);
    ck_assert(photo.is_inverted);
    ck_assert_int_gt(photo.part.top, 0);
    double products = 0, squares[2] = {0}; /* the same but for the contrast: the cosine is near 1 */
    for (int i = 0; i < SIZE * SIZE; i++) {
        products += (double)photo.image.pixels[i] * image.pixels[i];
        squares[0] += (double)photo.image.pixels[i] * photo.image.pixels[i];
        squares[1] += (double)image.pixels[i] * image.pixels[i];
    }
    ck_assert_double_gt(products / sqrt(squares[0] * squares[1]), 0.98);
    image_free(&photo.image);
    image_free(&grey);
    image_free(&imitation);
    image_free(&image);
}
END_TEST

static void crop_too_large(const void *unused) {
    (void)unused;
    Image image = new_image(40, 40, 3, 0);
    photo_prepare(
        &image, (PhotoOptions){.height = 30, .width = 30, .frame = PHOTO_CROP, .shorter_side = 20});
}

static void crop_of_a_strip(const void *unused) {
    (void)unused;
    Image image = new_image(1, 100000, 3, 0);
    photo_prepare(
        &image,
        (PhotoOptions){.height = 224, .width = 224, .frame = PHOTO_CROP, .shorter_side = 256});
}

static void read_text(const void *path) {
    photo_read(path, 1);
}

START_TEST(photo_errors) {
    expect_error(crop_too_large, NULL, "30 x 30", "20", NULL);
    expect_error(crop_of_a_strip, NULL, "1 x 100000", NULL);
    const char *text = temporary_file("text.png", "not an image", 12);
    expect_error(read_text, text, text, "cannot be read as an image", "name a", NULL);
}
END_TEST

TCase *photo_tests(void) {
    TCase *tests = tcase_create("photo");
    temporary_add(tests);
    tcase_add_test(tests, photo_of_the_right_size_stays_as_it_is);
    tcase_add_test(tests, photo_is_inverted_when_told);
    tcase_add_test(tests, photo_border_is_its_median);
    tcase_add_test(tests, photo_is_trimmed_and_centred);
    tcase_add_test(tests, photo_trims_wide_things_and_small_ones);
    tcase_add_test(tests, photo_of_nothing_is_black);
    tcase_add_test(tests, photo_is_cropped_in_the_middle);
    tcase_add_test(tests, photo_of_256_loses_its_rim_alone);
    tcase_add_test(tests, image_resize_linear_is_the_triangle);
    tcase_add_test(tests, photo_reads_every_colour_type);
    tcase_add_test(tests, photo_imitation_can_be_undone);
    tcase_add_test(tests, photo_errors);
    return tests;
}
