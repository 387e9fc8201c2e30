#include "explanation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/integers.h"
#include "base/memory.h"
#include "data/resizer.h"
#include "pieces/classify.h"

enum { SIDE = 224, RGB = 3, WHITE = 255, CAPTION = 128 };

static const float STRONGEST = 0.7f; /* how much of the image the map's extreme value covers */

void explanation_add_seen(Sheet *sheet, const Image *seen, const char *caption) {
    int longer = max_int(seen->height, seen->width);
    int zoom = longer < SIDE ? SIDE / longer : 1;
    int height = seen->height * zoom, width = seen->width * zoom, channels = seen->channels;
    float *values = memory_new((size_t)height * width * channels, sizeof(float));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < channels; c++) {
                size_t pixel = (size_t)(y / zoom) * seen->width + x / zoom;
                values[((size_t)y * width + x) * channels + c] =
                    (float)seen->pixels[pixel * channels + c] / WHITE;
            }
    sheet_add(sheet,
              (SheetPicture){.values = values,
                             .height = height,
                             .width = width,
                             .channels = channels,
                             .colours = channels == RGB ? SHEET_RGB : SHEET_GREY},
              "%s", caption);
    free(values);
}

/* Reduced if it is large. */
static void add_photo(Sheet *sheet, const Image *photo, const char *caption) {
    int longer = max_int(photo->height, photo->width);
    if (longer <= SIDE) {
        explanation_add_seen(sheet, photo, caption);
        return;
    }
    int height = photo->height * SIDE / longer, width = photo->width * SIDE / longer;
    Image reduced = image_resize_linear(photo, max_int(1, height), max_int(1, width));
    explanation_add_seen(sheet, &reduced, caption);
    image_free(&reduced);
}

/* The map's value at (y, x), from 0 to 1 each, by linear interpolation between the middles of the
 * map's fields. */
static float interpolated(const float *map, ImageSize size, double y, double x) {
    y = fmin(fmax(y * size.height - 0.5, 0), size.height - 1);
    x = fmin(fmax(x * size.width - 0.5, 0), size.width - 1);
    int top = (int)y, left = (int)x;
    int bottom = min_int(top + 1, size.height - 1);
    int right = min_int(left + 1, size.width - 1);
    double down = y - top, along = x - left;
    double above =
        (1 - along) * map[top * size.width + left] + along * map[top * size.width + right];
    double below =
        (1 - along) * map[bottom * size.width + left] + along * map[bottom * size.width + right];
    return (float)((1 - down) * above + down * below);
}

/* The image in RGB, with red over it where the map is positive and blue where it is negative. */
static Image coloured(const Image *image, const float *map, ImageSize size) {
    static const float red[RGB] = {255, 38, 26}, blue[RGB] = {26, 90, 255};
    Image result = {image->height, image->width, RGB, NULL};
    result.pixels = memory_new((size_t)result.height * result.width, RGB);
    float most = 0;
    for (int i = 0; i < size.height * size.width; i++)
        most = fmaxf(most, fabsf(map[i]));
    for (int y = 0; y < result.height; y++)
        for (int x = 0; x < result.width; x++) {
            float value =
                interpolated(map, size, (y + 0.5) / result.height, (x + 0.5) / result.width);
            float cover = most > 0 ? STRONGEST * fabsf(value) / most : 0;
            size_t pixel = (size_t)y * result.width + x;
            for (int c = 0; c < RGB; c++) {
                int channel = image->channels == RGB ? c : 0;
                float original = image->pixels[pixel * image->channels + channel];
                float colour = (value > 0 ? red : blue)[c];
                result.pixels[pixel * RGB + c] =
                    (unsigned char)lrintf(original + cover * (colour - original));
            }
        }
    return result;
}

Image explanation_map(const Inference *inference, const Image *seen, int class_number) {
    if (!inference->features)
        return (Image){0};
    ImageSize size = tensor_image_size(inference->features);
    size_t pixels = (size_t)size.height * size.width;
    float *features = memory_new(pixels * size.channels * size.batch, sizeof(float));
    float *map = memory_new(pixels, sizeof(float));
    tensor_read(inference->features, features);
    class_activation_map(size.height, size.width, size.channels, inference->classifier->classes,
                         features, parameter_values(inference->kernel), class_number, map);
    Image picture = coloured(seen, map, size);
    free(features);
    free(map);
    return picture;
}

void explanation_add_map(Sheet *sheet, const Inference *inference, const Image *seen,
                         int class_number, const char *caption) {
    Image picture = explanation_map(inference, seen, class_number);
    if (picture.pixels)
        explanation_add_seen(sheet, &picture, caption);
    image_free(&picture);
}

/* Adds the saliency map (Simonyan et al. 2014, section 3): how much the class's logit would change
 * with each pixel, the largest |gradient| of the pixel's channels. Of a batch of 1. */
static void add_saliency(Sheet *sheet, const Inference *inference, int class_number,
                         const char *caption) {
    ImageSize size = tensor_image_size(inference->images);
    size_t pixels = (size_t)size.height * size.width;
    float *upstream = memory_new((size_t)inference->classifier->classes, sizeof(float));
    float *gradient = memory_new(pixels * size.channels, sizeof(float));
    upstream[class_number] = 1;
    graph_backward(inference->graph, upstream);
    tensor_read_gradient(inference->images, gradient);

    Image saliency = {size.height, size.width, 1, memory_new(pixels, 1)};
    float *strength = memory_new(pixels, sizeof(float)), most = 0;
    for (size_t i = 0; i < pixels; i++) {
        for (int c = 0; c < size.channels; c++)
            strength[i] = fmaxf(strength[i], fabsf(gradient[i * size.channels + c]));
        most = fmaxf(most, strength[i]);
    }
    for (size_t i = 0; i < pixels && most > 0; i++)
        saliency.pixels[i] = (unsigned char)lrintf(WHITE * strength[i] / most);
    explanation_add_seen(sheet, &saliency, caption);
    image_free(&saliency);
    free(strength);
    free(gradient);
    free(upstream);
}

void explanation_add_row(Sheet *sheet, const Inference *inference, const Image *image,
                         const Photo *photo, const float *logits, bool with_saliency) {
    const Image *seen = &photo->image;
    RankedClass best;
    rank_classes(inference->classifier->classes, logits, 1, &best);
    char caption[CAPTION];
    snprintf(caption, sizeof caption, "the image\n%d x %d", image->height, image->width);
    add_photo(sheet, image, caption);
    snprintf(caption, sizeof caption, "what the network saw\n%d x %d%s", seen->height, seen->width,
             photo->is_inverted ? ", inverted" : "");
    explanation_add_seen(sheet, seen, caption);
    snprintf(caption, sizeof caption, "reasons for %.16s\n%.2f %%",
             inference->classifier->class_names[best.class_number], 100 * (double)best.probability);
    explanation_add_map(sheet, inference, seen, best.class_number, caption);
    if (with_saliency)
        add_saliency(sheet, inference, best.class_number,
                     "how much each pixel\nchanges that logit");
    sheet_next_row(sheet);
}
