/* Image files through stb, and crops. */
#include "data/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stb_image.h>
#include <stb_image_write.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/output_file.h"

enum { MAX_CHANNELS = 4 };

static Image image_new(int height, int width, int channels) {
    Image image = {height, width, channels, NULL};
    image.pixels = memory_new((size_t)height * width, (size_t)channels);
    return image;
}

static FILE *open_image(const char *path) {
    FILE *stream = fopen(path, "rb");
    require(stream, "%s: cannot read: %s; name a PNG or JPEG file", path, strerror(errno));
    return stream;
}

Image image_read_header(const char *path) {
    FILE *stream = open_image(path);
    Image image = {0};
    int known = stbi_info_from_file(stream, &image.width, &image.height, &image.channels);
    fclose(stream);
    require(known && image.height > 0 && image.width > 0,
            "%s: cannot be read as an image (%s); name a PNG or JPEG file", path,
            known ? "it has no pixels" : stbi_failure_reason());
    return image;
}

Image image_read(const char *path, int channels) {
    require(channels >= 0 && channels <= MAX_CHANNELS, "image_read: %d channels, expected 0 to %d",
            channels, MAX_CHANNELS);
    FILE *stream = open_image(path);
    Image image = {0};
    unsigned char *pixels =
        stbi_load_from_file(stream, &image.width, &image.height, &image.channels, channels);
    fclose(stream);
    require(pixels, "%s: cannot be read as an image (%s); name a PNG or JPEG file", path,
            stbi_failure_reason());
    int found = channels > 0 ? channels : image.channels;
    image = image_new(image.height, image.width, found);
    memcpy(image.pixels, pixels, (size_t)image.height * image.width * image.channels);
    stbi_image_free(pixels);
    return image;
}

static void write_bytes(void *stream, void *bytes, int count) {
    fwrite(bytes, 1, (size_t)count, stream); /* output_commit sees errors */
}

void image_write_png(const char *path, const Image *image) {
    require(image->channels >= 1 && image->channels <= MAX_CHANNELS,
            "%s: a PNG has 1 to %d channels, not %d", path, MAX_CHANNELS, image->channels);
    OutputFile *file = output_open(path);
    int written =
        stbi_write_png_to_func(write_bytes, output_stream(file), image->width, image->height,
                               image->channels, image->pixels, image->width * image->channels);
    require(written, "%s: cannot encode the PNG; choose a smaller image", path);
    output_commit(file);
}

Image image_crop_central(const Image *image, int size) {
    require(size >= 1 && size <= image->height && size <= image->width,
            "image crop: cannot cut %d x %d pixels out of %d x %d; "
            "resize so that the shorter side is at least the crop",
            size, size, image->height, image->width);
    Image cropped = image_new(size, size, image->channels);
    int top = (image->height - size) / 2, left = (image->width - size) / 2;
    size_t row_bytes = (size_t)size * image->channels;
    for (int row = 0; row < size; row++) {
        size_t first = ((size_t)(top + row) * image->width + left) * image->channels;
        memcpy(cropped.pixels + row * row_bytes, image->pixels + first, row_bytes);
    }
    return cropped;
}

void image_free(Image *image) {
    free(image->pixels);
    *image = (Image){0};
}
