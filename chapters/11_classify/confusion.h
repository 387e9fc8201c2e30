/* A confusion matrix as a table and as a picture. */
#ifndef CONFUSION_H
#define CONFUSION_H

/* counts (classes, classes): a row a label, a column a prediction. */
typedef struct Confusion {
    int classes;
    const char *const *names;
    const int *counts;
} Confusion;

/* A table of all counts with each class's recall (of the images that have the label, the fraction
 * that the network finds) and precision (of those that the network calls so, the fraction that have
 * the label); then the pairs that are exchanged most often. */
void confusion_print(const Confusion *confusion);

/* Draws it into directory/name and says so on standard output: the darker a field, the larger its
 * part of the label's images. */
void confusion_draw(const Confusion *confusion, const char *title, const char *directory,
                    const char *name);

#endif
