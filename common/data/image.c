/* Writing through stb, and crops. */
#include "data/image.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stb_image_write.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/output_file.h"

Image image_new(int height, int width, int channels) {
    Image image = {height, width, channels, NULL};
    image.pixels = memory_new((size_t)height * width, (size_t)channels);
    return image;
}

static void write_bytes(void *stream, void *bytes, int count) {
    fwrite(bytes, 1, (size_t)count, stream); /* output_commit sees errors */
}

void image_write_png(const char *path, const Image *image) {
    require(image->channels >= 1 && image->channels <= IMAGE_MOST_CHANNELS,
            "%s: a PNG has 1 to %d channels, not %d", path, IMAGE_MOST_CHANNELS, image->channels);
    long long line = (long long)image->width * image->channels + 1; /* stb counts bytes in an int */
    require(line * image->height <= INT_MAX,
            "%s: %d x %d pixels are too many for a PNG; choose a smaller image", path, image->width,
            image->height);
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
