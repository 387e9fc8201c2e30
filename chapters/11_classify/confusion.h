/* A confusion matrix as a table and as a picture. */
#ifndef CONFUSION_H
#define CONFUSION_H

typedef struct Confusion {
    int classes;
    const char *const *names;
    const int *counts; /* (classes, classes): a row for each label, a column for each prediction */
} Confusion;

/* Prints a table of all counts with each class's recall (the fraction of the label's images that
 * the network finds) and precision (the fraction of the images predicted as the class that have its
 * label); then the pairs that are exchanged most often. */
void confusion_print(const Confusion *confusion);

/* Draws the matrix into directory/name and says so on standard output. The darker a field, the
 * larger its fraction of the label's images. */
void confusion_draw(const Confusion *confusion, const char *title, const char *directory,
                    const char *name);

#endif
