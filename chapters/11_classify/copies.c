/* 600 million pairs of images are too many to look at each pixel of each pair. By the triangle
 * inequality two images are at least as far apart as their lengths (the roots of the sums of
 * squares) differ. So those of the training set are sorted by length, and for each test image a
 * short run of them is left; a pair is given up as soon as a part of it differs too much. */
#include "copies.h"

#include "base/integers.h"
#include "base/memory.h"
#include "explanation.h"
#include "show/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PART = 112, PAIRS = 12, PAIRS_IN_A_ROW = 3, CAPTION = 100 };

typedef struct Placed {
    double length;
    int number;
} Placed;

static int image_bytes(const Dataset *dataset) {
    return dataset->height * dataset->width * dataset->channels;
}

static const unsigned char *bytes_of(const Dataset *dataset, int number) {
    return dataset->images + (size_t)number * (size_t)image_bytes(dataset);
}

static double length_of(const Dataset *dataset, int number) {
    const unsigned char *image = bytes_of(dataset, number);
    double squares = 0;
    for (int i = 0; i < image_bytes(dataset); i++)
        squares += image[i] * image[i];
    return sqrt(squares);
}

static int shorter_first(const void *one, const void *other) {
    const Placed *a = one, *b = other;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return a->number - b->number;
}

static Placed *sort_by_length(const Dataset *dataset) {
    Placed *placed = memory_new((size_t)dataset->count, sizeof *placed);
    for (int i = 0; i < dataset->count; i++)
        placed[i] = (Placed){length_of(dataset, i), i};
    qsort(placed, (size_t)dataset->count, sizeof *placed, shorter_first);
    return placed;
}

/* The first place whose length is at least this. */
static int find_length(const Placed *placed, int count, double length) {
    int from = 0;
    while (from < count) {
        int middle = from + (count - from) / 2;
        if (placed[middle].length < length)
            from = middle + 1;
        else
            count = middle;
    }
    return from;
}

/* The sum of the squared differences, or some number above `most` if it is above. */
static double squared_distance(const unsigned char *one, const unsigned char *other, int count,
                               double most) {
    double sum = 0;
    for (int begin = 0; begin < count && sum <= most; begin += PART) {
        int part = 0;
        for (int i = begin; i < min_int(begin + PART, count); i++)
            part += (one[i] - other[i]) * (one[i] - other[i]);
        sum += part;
    }
    return sum;
}

Nearest *nearest_images(const Dataset *images, const Dataset *among, double most) {
    int bytes = image_bytes(images);
    double farthest = most * sqrt(bytes);
    Placed *placed = sort_by_length(among);
    Nearest *nearest = memory_new((size_t)images->count, sizeof *nearest);
#pragma omp parallel for schedule(dynamic, 16)
    for (int n = 0; n < images->count; n++) {
        double length = length_of(images, n), least = farthest * farthest;
        nearest[n].number = -1;
        int at = find_length(placed, among->count, length - farthest - 1);
        for (; at < among->count && placed[at].length <= length + farthest + 1; at++) {
            int number = placed[at].number;
            double squares =
                squared_distance(bytes_of(images, n), bytes_of(among, number), bytes, least);
            if (squares > least ||
                (squares == least && nearest[n].number >= 0 && nearest[n].number < number))
                continue;
            least = squares;
            nearest[n] = (Nearest){number, sqrt(squares / bytes)};
        }
    }
    free(placed);
    return nearest;
}

/* ---- the report ---- */

/* What the images are worth whose nearest is no farther away. */
static void add_row(Table *table, const Predictions *predictions, const Nearest *nearest,
                    const Dataset *training, double most) {
    int near = 0, same = 0, right = 0, all_right = predictions_right(predictions);
    for (int i = 0; i < predictions->count; i++) {
        if (nearest[i].number < 0 || nearest[i].grey_levels > most)
            continue;
        near++;
        same += training->labels[nearest[i].number] == predictions->labels[i];
        right += predictions->classes[i] == predictions->labels[i];
    }
    int others = predictions->count - near;
    table_row(table, "%g | %d | %d | %d | %.2f", most, near, same, right,
              others > 0 ? 100.0 * (all_right - right) / others : 0);
}

/* Writes the numbers of the images with the nearest copies, up to `most`; returns how many. */
static int find_nearest(const Nearest *nearest, int count, int most, int *numbers) {
    int found = 0;
    for (int i = 0; i < count; i++) {
        if (nearest[i].number < 0)
            continue;
        int place = found < most ? found++ : most;
        for (; place > 0 && nearest[numbers[place - 1]].grey_levels > nearest[i].grey_levels;
             place--)
            if (place < most)
                numbers[place] = numbers[place - 1];
        if (place < most)
            numbers[place] = i;
    }
    return found;
}

static void add_picture(Sheet *sheet, const Dataset *dataset, int number, const char *caption) {
    Image image = dataset_image(dataset, number);
    explanation_add_seen(sheet, &image, caption);
}

static void draw_pairs(const Nearest *nearest, const Dataset *test, const Dataset *training,
                       const char *directory) {
    int numbers[PAIRS], count = find_nearest(nearest, test->count, PAIRS, numbers);
    if (count == 0)
        return;
    Sheet *sheet = sheet_new("Test images and the nearest training images");
    for (int i = 0; i < count; i++) {
        const Nearest *pair = &nearest[numbers[i]];
        char caption[CAPTION];
        if (i > 0 && i % PAIRS_IN_A_ROW == 0)
            sheet_next_row(sheet);
        snprintf(caption, sizeof caption, "test image %d\n%s", numbers[i],
                 test->class_names[test->labels[numbers[i]]]);
        add_picture(sheet, test, numbers[i], caption);
        snprintf(caption, sizeof caption, "training image %d\n%s, %.1f away", pair->number,
                 training->class_names[training->labels[pair->number]], pair->grey_levels);
        add_picture(sheet, training, pair->number, caption);
    }
    sheet_write(sheet, directory, "11_copies.png");
}

void review_copies(const Predictions *predictions, const Dataset *test, const Dataset *training,
                   const char *directory) {
    static const double levels[] = {0, 1, 2, 4, 8, 16};
    enum { LEVELS = sizeof levels / sizeof levels[0] };
    Nearest *nearest = nearest_images(test, training, levels[LEVELS - 1]);
    printf("test accuracy %.2f %%\n\n",
           100.0 * predictions_right(predictions) / predictions->count);
    Table *table = table_new("grey levels apart, at most | test images | of the same label | right "
                             "| accuracy without them %");
    for (int i = 0; i < LEVELS; i++)
        add_row(table, predictions, nearest, training, levels[i]);
    printf("Test images with a training image that is nearly the same:\n");
    table_print(table);
    draw_pairs(nearest, test, training, directory);
    free(nearest);
}
