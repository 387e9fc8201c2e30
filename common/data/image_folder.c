/* Lists the files of both halves, looks at all their headers, then reads one half. */
#include "data/image_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "data/image_reader.h"
#include "data/resizer.h"

enum { GREY = 1, GREY_ALPHA = 2, RGB = 3 };

static const char *const halves[2] = {"test", "train"};

/* The names in a folder, sorted. */
typedef struct Listing {
    int count;
    const char **names;
} Listing;

/* The images of one half, in the order of the data set. */
typedef struct Files {
    int count;
    const char **paths;
    unsigned char *labels;
} Files;

/* What the data set will have in common. */
typedef struct Format {
    int height, width, channels;
} Format;

static bool is_directory(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool image_folder_is_in(const char *directory) {
    Arena *arena = arena_new();
    bool found = is_directory(arena_printf(arena, "%s/train", directory));
    arena_free(arena);
    return found;
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static Listing list(Arena *arena, const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, is_visible, by_bytes);
    require(count >= 0,
            "%s: cannot list: %s; a set of images has train/ and test/, each with a folder a class",
            path, strerror(errno));
    Listing listing = {count, arena_alloc(arena, (size_t)count * sizeof(char *) + 1)};
    for (int i = 0; i < count; i++) {
        listing.names[i] = arena_printf(arena, "%s", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return listing;
}

static Listing list_classes(Arena *arena, const char *directory) {
    const char *path = arena_printf(arena, "%s/train", directory);
    Listing classes = list(arena, path);
    require(classes.count >= 1 && classes.count <= DATASET_MAX_CLASSES,
            "%s: holds %d folders; there should be one for each class, at most %d", path,
            classes.count, DATASET_MAX_CLASSES);
    Listing of_test = list(arena, arena_printf(arena, "%s/test", directory));
    for (int i = 0; i < classes.count || i < of_test.count; i++)
        require(i < classes.count && i < of_test.count &&
                    strcmp(classes.names[i], of_test.names[i]) == 0,
                "%s: train/ and test/ must hold the same folders, one a class, but sorted, number "
                "%d is \"%s\" in train/ and \"%s\" in test/",
                directory, i + 1, i < classes.count ? classes.names[i] : "",
                i < of_test.count ? of_test.names[i] : "");
    return classes;
}

static bool is_image_name(const char *name) {
    static const char *const endings[] = {".png", ".jpg", ".jpeg"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

static Listing list_images(Arena *arena, const char *path) {
    require(is_directory(path), "%s: is not a folder of images of one class; move it elsewhere",
            path);
    Listing images = list(arena, path);
    require(images.count > 0, "%s: the class has no image; add some, or remove the folder", path);
    for (int i = 0; i < images.count; i++) {
        const char *name = images.names[i];
        require(is_image_name(name), "%s/%s: is neither .png nor .jpg; convert or move it", path,
                name);
        images.names[i] = arena_printf(arena, "%s/%s", path, name);
    }
    return images;
}

static Files list_half(Arena *arena, const char *directory, bool training, Listing classes) {
    Listing images[DATASET_MAX_CLASSES];
    size_t total = 0;
    int longest = 0;
    for (int k = 0; k < classes.count; k++) {
        images[k] = list_images(
            arena, arena_printf(arena, "%s/%s/%s", directory, halves[training], classes.names[k]));
        total += (size_t)images[k].count;
        longest = max_int(longest, images[k].count);
    }
    Files files = {0, arena_alloc(arena, total * sizeof(char *)), arena_alloc(arena, total)};
    for (int i = 0; i < longest; i++)
        for (int k = 0; k < classes.count; k++)
            if (i < images[k].count) {
                files.paths[files.count] = images[k].names[i];
                files.labels[files.count++] = (unsigned char)k;
            }
    return files;
}

/* All images must agree on height and width, unless size is given. */
static Format common_format(const Files both[2], int size) {
    Format format = {size, size, GREY};
    const char *first = NULL;
    for (int half = 0; half < 2; half++)
        for (int i = 0; i < both[half].count; i++) {
            const char *path = both[half].paths[i];
            Image image = image_read_header(path);
            if (image.channels > GREY_ALPHA)
                format.channels = RGB;
            if (size > 0)
                continue;
            if (!first) {
                first = path;
                format.height = image.height;
                format.width = image.width;
            }
            require(image.height == format.height && image.width == format.width,
                    "%s is %d x %d pixels, but %s %d x %d; train with --resize N, or bring all "
                    "images to one size",
                    path, image.width, image.height, first, format.width, format.height);
        }
    return format;
}

/* Puts an image into its place in the data set. */
static void take_image(void *context, int number, Image image) {
    Dataset *dataset = context;
    if (image.height != dataset->height || image.width != dataset->width) {
        require(dataset->height == dataset->width,
                "image %d of the folder changed while it was read; try again", number);
        Image square = image_square(&image, dataset->height);
        image_free(&image);
        image = square;
    }
    size_t bytes = (size_t)dataset->height * dataset->width * dataset->channels;
    memcpy(dataset->images + number * bytes, image.pixels, bytes);
    image_free(&image);
}

static Dataset read_half(const Files *files, Format format) {
    Dataset dataset = {.count = files->count,
                       .height = format.height,
                       .width = format.width,
                       .channels = format.channels};
    size_t pixels = (size_t)format.height * format.width * format.channels;
    dataset.images = memory_new((size_t)files->count, pixels);
    dataset.labels = memory_new((size_t)files->count, 1);
    memcpy(dataset.labels, files->labels, (size_t)files->count);
    image_read_all(files->paths, files->count, format.channels, take_image, &dataset);
    return dataset;
}

Dataset image_folder_load(const char *directory, bool training, int size) {
    Arena *arena = arena_new();
    Listing classes = list_classes(arena, directory);
    const Files both[2] = {list_half(arena, directory, false, classes),
                           list_half(arena, directory, true, classes)};
    Dataset dataset = read_half(&both[training], common_format(both, size));
    dataset.classes = classes.count;
    dataset.class_names = memory_new((size_t)classes.count, sizeof(ClassName));
    for (int k = 0; k < classes.count; k++)
        class_name_set(dataset.class_names[k],
                       arena_printf(arena, "%s/train/%s", directory, classes.names[k]),
                       classes.names[k], strlen(classes.names[k]));
    arena_free(arena);
    return dataset;
}
