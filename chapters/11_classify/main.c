/* Chapter 11: classification. A photo goes in, ranked tags come out, and a picture of what the
 * network saw and where it found its reasons. With --confusion: the whole test set, and where the
 * network errs. With --versus and --copies: how far the test can be trusted. */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "comparison.h"
#include "copies.h"
#include "explanation.h"
#include "pieces/classify.h"
#include "pretrained.h"
#include "review.h"
#include "show/options.h"
#include "show/picture.h"

enum { MOST_IMAGES = 64, SHOWN_IMAGES = 8, FEW_CLASSES = 10, DEFAULT_TOP = 5 };

/* Where an image comes from: a file or the test set. */
typedef struct Source {
    const char *path; /* NULL: the test set */
    int garment;      /* its number there */
    bool imitates;    /* as if photographed */
} Source;

typedef struct Options {
    ShowOptions show;
    const char *model, *weights, *labels;
    const char *versus;          /* another checkpoint, or NULL */
    int layers, top, limit_test; /* 0: not given */
    PhotoInvert invert;
    int frame; /* a PhotoFrame; -1: as the network's data set has it */
    bool logits, saliency, confusion, copies;
    Source sources[MOST_IMAGES];
    int count;
} Options;

/* ---- the command line ---- */

static const char *const inversions[] = {
    [PHOTO_INVERT_AUTO] = "auto", [PHOTO_INVERT_NO] = "no", [PHOTO_INVERT_YES] = "yes", NULL};
static const char *const frames[] = {[PHOTO_TRIM] = "trim", [PHOTO_CROP] = "crop", NULL};

static void add_source(Options *options, Source source) {
    require(options->count < MOST_IMAGES, "more than %d images; classify them in portions",
            MOST_IMAGES);
    options->sources[options->count++] = source;
}

static void read_image(const OptionGiven *given) {
    add_source(given->place, (Source){.path = given->text});
}

static void read_garment(const OptionGiven *given) {
    int garment = (int)option_integer(given->option, given->text, 0, INT32_MAX);
    add_source(given->place, (Source){.garment = garment});
}

static void read_imitation(const OptionGiven *given) {
    int garment = (int)option_integer(given->option, given->text, 0, INT32_MAX);
    add_source(given->place, (Source){.garment = garment, .imitates = true});
}

static const Option rows[] = {
    OPTION_GROUP("The network:"),
    {"model", 0, "FILE", TEXT_AT(Options, model),
     "a checkpoint of the trainer (default build/training/model.safetensors)"},
    {"weights", 0, "FILE", TEXT_AT(Options, weights),
     "instead: weights of a ResNet-18, 34, 50, 101 or 152 under PyTorch's names"},
    {"layers", 0, "N", INTEGER_AT(Options, layers, 1, INT16_MAX),
     "with --weights: insist on this depth"},
    {"labels", 0, "FILE", TEXT_AT(Options, labels), "the classes' names, a line each"},
    OPTION_GROUP("The images (default --garment 0):"),
    {NULL, 0, "[IMAGE...]", READ(read_image), NULL},
    {"garment", 0, "N", READ(read_garment), "a test image of the data set"},
    {"imitation", 0, "N", READ(read_imitation),
     "the same as if photographed: large, tinted, dark on light, off the middle"},
    {"invert", 0, "auto|no|yes", CHOICE_AT(Options, invert, inversions),
     "exchange light and dark (auto: if the ground is cut off and the border is light)"},
    {"frame", 0, "trim|crop", CHOICE_AT(Options, frame, frames),
     "cut off the ground (default for grey images), or crop the middle (for colour)"},
    OPTION_GROUP("The report:"),
    {"top", 0, "K", INTEGER_AT(Options, top, 1, INT32_MAX),
     "how many tags (default 5, or 10 if the network knows no more)"},
    {"logits", 0, NULL, FLAG_AT(Options, logits),
     "print the logits too, to compare with other programs"},
    {"saliency", 0, NULL, FLAG_AT(Options, saliency),
     "draw the gradient of the best tag's logit too"},
    {"confusion", 0, NULL, FLAG_AT(Options, confusion),
     "instead: examine the network on the whole test set"},
    {"versus", 0, "FILE", TEXT_AT(Options, versus),
     "instead: compare with this checkpoint's network on the whole test set"},
    {"copies", 0, NULL, FLAG_AT(Options, copies),
     "instead: look for test images that the training set has, too, or nearly"},
    {"limit-test", 0, "N", INTEGER_AT(Options, limit_test, 1, INT32_MAX),
     "with these three: the first N test images only"},
    OPTION_GROUP(""),
    ROWS_AT(Options, show, show_rows),
    ROWS(kernel_rows),
    {0}};

static Options read_options(int argc, char *argv[]) {
    Options options = {
        .show = show_defaults, .model = "build/training/model.safetensors", .frame = -1};
    options_read(rows,
                 "Chapter 11: what is in a photo? Ranks the tags of PNG or JPEG images, and shows "
                 "what the network saw.",
                 argc, argv, &options);
    return options;
}

/* ---- the network ---- */

static Classifier *open_classifier(const Options *options) {
    require(options->weights || !options->layers, "--layers goes with --weights; give both");
    Classifier *classifier = options->weights
                                 ? classifier_from_pretrained(options->weights, options->layers)
                                 : classifier_from_checkpoint(options->model);
    if (options->labels)
        classifier_read_names(classifier, options->labels);
    return classifier;
}

static Dataset load_images(const Options *options, const Classifier *classifier, bool training) {
    bool is_square = classifier->height == classifier->width;
    return dataset_load_sized(options->show.data, training, is_square ? classifier->height : 0);
}

/* As much of it as is to be examined. */
static Dataset load_tested(const Options *options, const Classifier *classifier) {
    Dataset dataset = load_images(options, classifier, false);
    if (options->limit_test)
        dataset_limit(&dataset, options->limit_test);
    return dataset;
}

/* ---- images ---- */

/* Writes a test image to a file of its own, as it is or as if photographed; returns the path. */
static const char *export_garment(const Options *options, Classifier *classifier, Source source) {
    Dataset dataset = load_images(options, classifier, false);
    int number = source.garment;
    require(number < dataset.count, "test image %d: there are %d; choose one below %d", number,
            dataset.count, dataset.count);
    Image image = dataset_image(&dataset, number);
    bool imitates = source.imitates;
    require(!imitates || image.channels == 1,
            "--imitation: these test images have %d channels; it is made for grey ones",
            image.channels);
    const char *name = imitates ? "imitation" : "garment";
    char path[PICTURE_PATH];
    picture_path(path, options->show.out,
                 arena_printf(classifier->arena, "%s-%d.png", name, number));
    Image written = imitates ? photo_imitation(&image) : image;
    image_write_png(path, &written);
    printf("test image %d (%s)%s: %s\n", number, dataset.class_names[dataset.labels[number]],
           imitates ? ", as if photographed" : "", path);
    if (imitates)
        image_free(&written);
    dataset_free(&dataset);
    return arena_printf(classifier->arena, "%s", path);
}

/* Prints a line for each tag, the likeliest first. */
static void print_tags(const Options *options, const Classifier *classifier, const float *logits) {
    int top = options->top ? options->top : DEFAULT_TOP;
    if (top > classifier->classes || (!options->top && classifier->classes <= FEW_CLASSES))
        top = classifier->classes;
    RankedClass *ranked = memory_new((size_t)top, sizeof *ranked);
    rank_classes(classifier->classes, logits, top, ranked);
    for (int i = 0; i < top; i++) {
        int k = ranked[i].class_number;
        printf("  %6.2f %%  ", 100 * (double)ranked[i].probability);
        if (options->logits)
            printf("%12.6f  ", (double)logits[k]);
        printf("%s\n", classifier->class_names[k]);
    }
    free(ranked);
}

static void print_way(const char *path, const Image *image, const Photo *photo) {
    PhotoPart part = photo->part;
    printf("\n%s: %d x %d pixels", path, image->height, image->width);
    if (photo->is_inverted)
        printf(", light and dark exchanged");
    if (part.height != image->height || part.width != image->width)
        printf(", of which %d x %d from (%d, %d) on", part.height, part.width, part.top, part.left);
    printf(", to %d x %d\n", photo->image.height, photo->image.width);
}

static void classify(const Options *options, const Inference *inference, const char *path,
                     Sheet *sheet) {
    const Classifier *classifier = inference->classifier;
    Image image = photo_read(path, classifier->channels);
    Photo photo = inference_run(inference, &image);
    float *logits = memory_new((size_t)classifier->classes, sizeof(float));
    tensor_read(inference->logits, logits);
    print_way(path, &image, &photo);
    print_tags(options, classifier, logits);
    if (sheet)
        explanation_add_row(sheet, inference, &image, &photo, logits, options->saliency);
    free(logits);
    image_free(&photo.image);
    image_free(&image);
}

static void classify_all(Options *options, Classifier *classifier) {
    if (options->count == 0)
        add_source(options, (Source){0});
    Inference inference = inference_new(classifier, 1, options->saliency);
    if (options->frame >= 0)
        inference.photo.frame = (PhotoFrame)options->frame;
    inference.photo.invert = options->invert;
    Sheet *sheet = sheet_new(classifier->description);
    for (int i = 0; i < options->count; i++) {
        Source source = options->sources[i];
        const char *path = source.path ? source.path : export_garment(options, classifier, source);
        classify(options, &inference, path, i < SHOWN_IMAGES ? sheet : NULL);
    }
    if (options->count > SHOWN_IMAGES)
        printf("the picture shows the first %d images\n", SHOWN_IMAGES);
    sheet_write(sheet, options->show.out, "11_classify.png");
    inference_free(&inference);
}

/* Reviews the network on the whole test set. With --invert yes, the images are unlike those that
 * the network has learned from. */
static void examine(const Options *options, const Classifier *classifier) {
    Dataset dataset = load_tested(options, classifier);
    size_t bytes = (size_t)dataset.count * dataset.height * dataset.width * dataset.channels;
    for (size_t i = 0; i < bytes && options->invert == PHOTO_INVERT_YES; i++)
        dataset.images[i] = (unsigned char)~dataset.images[i]; /* 255 - value */
    review_test_set(classifier, &dataset, options->show.out);
    dataset_free(&dataset);
}

/* The second network may have another size of images, of the same test set. */
static Predictions predict(const Options *options, const Classifier *classifier) {
    Dataset dataset = load_tested(options, classifier);
    Predictions predictions = predictions_new(classifier, &dataset);
    dataset_free(&dataset);
    return predictions;
}

static void compare(const Options *options, const Classifier *classifier) {
    Classifier *other = classifier_from_checkpoint(options->versus);
    printf("versus %s\n", other->description);
    Predictions first = predict(options, classifier), second = predict(options, other);
    Comparison comparison = predictions_compare(&first, &second);
    comparison_print(&comparison);
    predictions_free(&first);
    predictions_free(&second);
    classifier_free(other);
}

static void find_copies(const Options *options, const Classifier *classifier) {
    Dataset test = load_tested(options, classifier);
    Dataset training = load_images(options, classifier, true);
    dataset_require_one_size(&training, &test);
    Predictions predictions = predictions_new(classifier, &test);
    review_copies(&predictions, &test, &training, options->show.out);
    predictions_free(&predictions);
    dataset_free(&training);
    dataset_free(&test);
}

int main(int argc, char *argv[]) {
    Options options = read_options(argc, argv);
    Classifier *classifier = open_classifier(&options);
    printf("%s: %d classes, %d x %d pixels, %s\n", classifier->description, classifier->classes,
           classifier->height, classifier->width, classifier->channels == 1 ? "grey" : "colour");
    if (options.versus)
        compare(&options, classifier);
    else if (options.copies)
        find_copies(&options, classifier);
    else if (options.confusion)
        examine(&options, classifier);
    else
        classify_all(&options, classifier);
    classifier_free(classifier);
    return 0;
}
