#include "photo.h"

#include "base/error.h"
#include "base/integers.h"
#include "data/image_reader.h"
#include "data/resizer.h"

#include <string.h>

enum { GREY = 1, RGB = 3, RGBA = 4, WHITE = 255, LIGHT = 128, LEVELS = 256 };

/* What differs from the ground by no more than this is ground: shades and JPEG's noise. */
enum { GROUND_TOLERANCE = 26 };

static unsigned char over_white(int value, int alpha) {
    return (unsigned char)((value * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE);
}

/* The weights of Rec. 601, the usual ones for the brightness of red, green and blue. */
static unsigned char brightness(const unsigned char *rgb) {
    return (unsigned char)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
}

Image photo_read(const char *path, int channels) {
    require(channels == GREY || channels == RGB,
            "%s: to be read with %d channels; networks for 1 (grey) or 3 (RGB) take photos", path,
            channels);
    Image full = image_read(path, RGBA);
    Image photo = image_new(full.height, full.width, channels);
    for (size_t i = 0; i < (size_t)full.height * full.width; i++) {
        const unsigned char *from = full.pixels + i * RGBA;
        unsigned char rgb[RGB];
        for (int c = 0; c < RGB; c++)
            rgb[c] = over_white(from[c], from[RGB]);
        if (channels == GREY)
            photo.pixels[i] = brightness(rgb);
        else
            memcpy(photo.pixels + i * RGB, rgb, RGB);
    }
    image_free(&full);
    return photo;
}

int photo_border(const Image *photo) {
    long counts[LEVELS] = {0}, total = 0;
    int channels = photo->channels;
    for (int y = 0; y < photo->height; y++) {
        bool is_edge = y == 0 || y == photo->height - 1;
        int step = is_edge || photo->width == 1 ? 1 : photo->width - 1; /* else first and last */
        for (int x = 0; x < photo->width; x += step)
            for (int c = 0; c < channels; c++, total++)
                counts[photo->pixels[((size_t)y * photo->width + x) * channels + c]]++;
    }
    int median = 0;
    for (long below = counts[0]; 2 * below < total; below += counts[median])
        median++;
    return median;
}

static void invert(Image *image) {
    for (size_t i = 0; i < (size_t)image->height * image->width * image->channels; i++)
        image->pixels[i] = (unsigned char)(WHITE - image->pixels[i]);
}

/* Stretches the values so that the ground becomes 0 and white stays white. */
static void blacken_ground(Image *image) {
    int ground = photo_border(image);
    if (ground == WHITE)
        return;
    for (size_t i = 0; i < (size_t)image->height * image->width * image->channels; i++) {
        int above = max_int(0, image->pixels[i] - ground);
        image->pixels[i] = (unsigned char)(above * WHITE / (WHITE - ground));
    }
}

static bool is_ground(const Image *image, int y, int x) {
    const unsigned char *pixel =
        image->pixels + ((size_t)y * image->width + x) * (size_t)image->channels;
    for (int c = 0; c < image->channels; c++)
        if (pixel[c] > GROUND_TOLERANCE)
            return false;
    return true;
}

/* The smallest rectangle that holds everything but black ground; the whole if there is nothing. */
static PhotoPart find_thing(const Image *image) {
    int top = image->height, bottom = -1, left = image->width, right = -1;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            if (is_ground(image, y, x))
                continue;
            top = min_int(top, y);
            bottom = y;
            left = min_int(left, x);
            right = max_int(right, x);
        }
    if (bottom < 0)
        return (PhotoPart){0, 0, image->height, image->width};
    return (PhotoPart){top, left, bottom - top + 1, right - left + 1};
}

static Image cut(const Image *image, PhotoPart part) {
    Image result = image_new(part.height, part.width, image->channels);
    size_t row_bytes = (size_t)part.width * image->channels;
    for (int y = 0; y < part.height; y++) {
        size_t first = ((size_t)(part.top + y) * image->width + part.left) * image->channels;
        memcpy(result.pixels + y * row_bytes, image->pixels + first, row_bytes);
    }
    return result;
}

/* In the middle of black; an odd pixel of it stands at the bottom and the right. */
static Image centre(const Image *image, int height, int width) {
    Image result = image_new(height, width, image->channels);
    size_t row_bytes = (size_t)image->width * image->channels;
    int top = (height - image->height) / 2, left = (width - image->width) / 2;
    for (int y = 0; y < image->height; y++)
        memcpy(result.pixels + ((size_t)(top + y) * width + left) * image->channels,
               image->pixels + y * row_bytes, row_bytes);
    return result;
}

/* length * to / from, rounded, from 1 to most. */
static int scaled(long long length, int to, int from, int most) {
    long long result = (length * to + from / 2) / from;
    return (int)(result < 1 ? 1 : result > most ? most : result);
}

/* As large as it gets in height x width with its aspect kept, in the middle. */
static Image fit(const Image *image, int height, int width) {
    bool is_high = (long long)image->height * width > (long long)image->width * height;
    int to_height = is_high ? height : scaled(image->height, width, image->width, height);
    int to_width = is_high ? scaled(image->width, height, image->height, width) : width;
    Image resized = image_resize_linear(image, to_height, to_width);
    Image result = centre(&resized, height, width);
    image_free(&resized);
    return result;
}

static Photo trim(Image *image, PhotoOptions options) {
    blacken_ground(image);
    Photo photo = {.part = find_thing(image)};
    Image thing = cut(image, photo.part);
    photo.image = fit(&thing, options.height, options.width);
    image_free(&thing);
    return photo;
}

/* The longer side is rounded down, and the crop's odd pixel stays off at the end. */
static Photo crop(const Image *image, PhotoOptions options) {
    require(options.height == options.width && options.shorter_side >= options.height,
            "photo: cannot crop %d x %d pixels out of a shorter side of %d; use a square, and no "
            "less than its side",
            options.height, options.width, options.shorter_side);
    bool is_high = image->height > image->width;
    long long shorter = is_high ? image->width : image->height;
    long long longer = is_high ? image->height : image->width;
    long long scaled_side = longer * options.shorter_side / shorter;
    require(scaled_side <= (1 << 20), "photo: %d x %d pixels are too long a strip; cut it to size",
            image->height, image->width);
    int side = options.shorter_side, to_longer = (int)scaled_side, size = options.height;
    Image resized =
        image_resize_linear(image, is_high ? to_longer : side, is_high ? side : to_longer);
    Photo photo = {.image = image_crop_central(&resized, size)};
    photo.part.height = (int)(shorter * size / side);
    photo.part.width = photo.part.height;
    photo.part.top = (image->height - photo.part.height) / 2;
    photo.part.left = (image->width - photo.part.width) / 2;
    image_free(&resized);
    return photo;
}

static bool wants_inversion(const Image *photo, PhotoOptions options) {
    if (options.invert == PHOTO_INVERT_AUTO)
        return options.frame == PHOTO_TRIM && photo_border(photo) >= LIGHT;
    return options.invert == PHOTO_INVERT_YES;
}

Photo photo_prepare(const Image *photo, PhotoOptions options) {
    PhotoPart whole = {0, 0, photo->height, photo->width};
    Image image = cut(photo, whole);
    bool is_inverted = wants_inversion(photo, options);
    if (is_inverted)
        invert(&image);
    bool has_the_size = image.height == options.height && image.width == options.width;
    if (options.frame == PHOTO_TRIM && has_the_size)
        return (Photo){image, is_inverted, whole};
    Photo result = options.frame == PHOTO_TRIM ? trim(&image, options) : crop(&image, options);
    result.is_inverted = is_inverted;
    image_free(&image);
    return result;
}

Image photo_imitation(const Image *thing) {
    static const int light[RGB] = {238, 232, 222}, dark[RGB] = {30, 44, 70};
    enum { ZOOM = 9, MARGIN = 60, SHADE = 16 };
    Image large = image_resize_linear(thing, thing->height * ZOOM, thing->width * ZOOM);
    Image photo = image_new(large.height + 3 * MARGIN, large.width + 2 * MARGIN, RGB);
    for (int y = 0; y < photo.height; y++)
        for (int x = 0; x < photo.width; x++) {
            int at_y = y - 2 * MARGIN, at_x = x - MARGIN / 2;
            bool inside = at_y >= 0 && at_y < large.height && at_x >= 0 && at_x < large.width;
            int value = inside ? large.pixels[(size_t)at_y * large.width + at_x] : 0;
            int shade = SHADE * y / photo.height;
            for (int c = 0; c < RGB; c++)
                photo.pixels[((size_t)y * photo.width + x) * RGB + c] =
                    (unsigned char)(((light[c] - shade) * (WHITE - value) + dark[c] * value) /
                                    WHITE);
        }
    image_free(&large);
    return photo;
}
