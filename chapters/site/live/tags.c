/* The page "Tags": chapter 11's way from a photo to ranked tags, and to the map of its reasons. */
#include "11_classify/explanation.h"
#include "answer.h"
#include "base/memory.h"
#include "pieces/classify.h"

#include <stdlib.h>

static Classifier *classifier;
static Inference inference;
static Photo photo; /* what the network saw last */

/* Reads the network. Once in an instance. */
FOR_PAGE(tags_open)(void) {
    classifier = classifier_from_checkpoint(MODEL_FILE);
    inference = inference_new(classifier, 1, false);
    answer(json_pack("{s:s, s:i, s:i, s:i, s:i}", "description", classifier->description, "classes",
                     classifier->classes, "height", classifier->height, "width", classifier->width,
                     "channels", classifier->channels));
}

static json_t *tags(void) {
    int count = classifier->classes;
    float *logits = memory_new((size_t)count, sizeof *logits);
    RankedClass *ranked = memory_new((size_t)count, sizeof *ranked);
    tensor_read(inference.logits, logits);
    rank_classes(count, logits, count, ranked);
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list,
                              json_pack("{s:i, s:s, s:f}", "class", ranked[i].class_number, "name",
                                        classifier->class_names[ranked[i].class_number],
                                        "probability", (double)ranked[i].probability));
    free(logits);
    free(ranked);
    return list;
}

/* Classifies /photo, with `invert` a PhotoInvert; what the network saw is in /seen.png. */
FOR_PAGE(tags_run)(int invert) {
    image_free(&photo.image);
    Image image = photo_read("/photo", classifier->channels);
    inference.photo.invert = (PhotoInvert)invert;
    photo = inference_run(&inference, &image);
    image_write_png("/seen.png", &photo.image);
    answer(json_pack("{s:i, s:i, s:b, s:o}", "height", image.height, "width", image.width,
                     "inverted", photo.is_inverted, "tags", tags()));
    image_free(&image);
}

/* Writes the class activation map over what the network saw last as /map.png; false if none. */
FOR_PAGE(tags_map)(int class_number) {
    Image map = explanation_map(&inference, &photo.image, class_number);
    if (map.pixels)
        image_write_png("/map.png", &map);
    answer(json_pack("{s:b}", "drawn", map.pixels != NULL));
    image_free(&map);
}
