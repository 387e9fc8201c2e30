/* A folder of images for each class: train/CLASS/ with PNG or JPEG files (.png, .jpg, .jpeg) and
 * test/CLASS/ with others. The classes are train's folders, sorted byte by byte; test has the same.
 * Names that begin with a dot are passed over.
 *
 * Images come in turns: the first of each class by name, the second of each, and so on, so that the
 * first few hold all classes. They are in colour (3 channels) if a file of either half is, else
 * grey. */
#ifndef DATA_IMAGE_FOLDER_H
#define DATA_IMAGE_FOLDER_H

#include "data/dataset.h"

/* Whether the directory has a folder train. */
bool image_folder_is_in(const char *directory);

/* See dataset_load_sized(). Ends the program if a folder holds anything else, or no image. */
Dataset image_folder_load(const char *directory, bool training, int size);

#endif
