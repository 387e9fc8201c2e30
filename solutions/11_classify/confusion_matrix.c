/* Exercise 11_classify, part 3: which classes are taken for which.
 *
 * counts has classes rows of classes numbers each. Row l, column p counts the images that have the
 * label l and for which the network said p. The diagonal holds the right answers.
 *
 * Step by step:
 *   1. Set all classes * classes counts to 0.
 *   2. For each image, add 1 to the count of its label's row and its prediction's column. */
#include "pieces/classify.h"

#include <string.h>

void confusion_matrix(int count, int classes, const int *labels, const int *predictions,
                      int *counts) {
    /* stub: */
    memset(counts, 0, sizeof(int) * (size_t)classes * (size_t)classes);
    for (int i = 0; i < count; i++)
        counts[labels[i] * classes + predictions[i]]++;
}
