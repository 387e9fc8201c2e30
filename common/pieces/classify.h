/* The pieces of classifying an image: what goes into the network, and what its outputs say. The
 * program that links the library supplies them, as it supplies main(). Every output is written;
 * what the arrays held before does not matter. */
#ifndef PIECES_CLASSIFY_H
#define PIECES_CLASSIFY_H

/* An image's bytes as a network's inputs, both (H, W, C):
 *     inputs(h, w, c) = (pixels(h, w, c) / 255 - mean(c)) / deviation(c). */
void image_to_inputs(int height, int width, int channels, const unsigned char *pixels,
                     const float *mean, const float *deviation, float *inputs);

typedef struct RankedClass {
    int class_number;
    float probability;
} RankedClass;

/* Writes the `count` classes with the largest logits, 1 <= count <= classes, the largest first; of
 * equal logits the smaller class number first. The probabilities are the softmax over all classes:
 *     probability(k) = exp(logits(k)) / sum over j of exp(logits(j)). */
void rank_classes(int classes, const float *logits, int count, RankedClass *ranked);

/* counts(label, prediction), (classes, classes): how many of `count` images have this label and got
 * this prediction. Rows are labels, columns predictions. */
void confusion_matrix(int count, int classes, const int *labels, const int *predictions,
                      int *counts);

/* Where in the image a network that ends with a mean over the map and a dense layer finds its
 * reasons for a class (Zhou et al. 2016, eq. 2):
 *     map(h, w) = sum over c of features(h, w, c) * kernel(c, class_number).
 * features is the last map before the mean, (H, W, C), and kernel the dense layer's, (C, K). The
 * mean of map plus the class's bias is the class's logit. */
void class_activation_map(int height, int width, int channels, int classes, const float *features,
                          const float *kernel, int class_number, float *map);

#endif
