/* The command line of the chapters that show a piece at work: which image goes in, and where
 * pictures go. */
#ifndef SHOW_OPTIONS_H
#define SHOW_OPTIONS_H

#include "base/options.h"

typedef struct ShowOptions {
    uint64_t seed;
    const char *image; /* a PNG or JPEG; NULL: a Fashion-MNIST garment */
    int garment;       /* its number in the test set */
    const char *data;  /* the data set's directory; NULL: where dataset_load() looks */
    const char *out;   /* directory of pictures */
} ShowOptions;

extern const ShowOptions show_defaults;

/* --data, --out and the common ones; the second has --image and --garment too. */
extern const Option show_rows[], show_image_rows[];

/* --kernels alone, which goes nowhere: the graphs are told at once. */
extern const Option kernel_rows[];

/* Read the command line of a program that takes no other options than these: a chapter that shows
 * its piece on the data set, or on one image of the reader's choice. */
ShowOptions show_options(int argc, char *argv[], const char *about);
ShowOptions show_image_options(int argc, char *argv[], const char *about);

/* The network that a program records to show its stages. */
typedef struct StageOptions {
    int channels, classes, image_size;
    const char *graph; /* the figure's file, or NULL */
} StageOptions;

extern const StageOptions stage_defaults;
extern const Option stage_rows[];

#endif
