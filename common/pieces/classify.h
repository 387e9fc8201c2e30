/* The pieces of classifying an image: what goes into the network, and what can be read off its
 * outputs. The program that links the library supplies them, as it supplies main(). Outputs are
 * written whole, whatever they held before. */
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

/* The `count` classes with the largest logits, 1 <= count <= classes, the largest first; of equal
 * logits the smaller class number first. The probabilities are the softmax over all classes:
 *     probability(k) = exp(logits(k)) / sum over j of exp(logits(j)). */
void rank_classes(int classes, const float *logits, int count, RankedClass *ranked);

/* counts(label, prediction) of `count` images, (classes, classes): how many of the images with this
 * label got this prediction. Rows are what is true, columns what the network said. */
void confusion_matrix(int count, int classes, const int *labels, const int *predictions,
                      int *counts);

/* Where in the image a network that ends with a mean over the map and a dense layer finds its
 * reasons for a class (Zhou et al. 2016, eq. 2):
 *     map(h, w) = sum over c of features(h, w, c) * kernel(c, class_number),
 * with the last map before the mean as features, (H, W, C), and the dense layer's kernel (C, K).
 * The map's mean plus the class's bias is the class's logit. */
void class_activation_map(int height, int width, int channels, int classes, const float *features,
                          const float *kernel, int class_number, float *map);

#endif
