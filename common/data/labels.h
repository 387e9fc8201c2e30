/* The names of classes from a text file: a line a class, in the order of the class numbers. */
#ifndef DATA_LABELS_H
#define DATA_LABELS_H

#include "base/memory.h"

/* `count` names, which the arena owns. Ends the program if the file has not so many lines, or one
 * of them is empty. */
const char *const *labels_read(Arena *arena, const char *path, int count);

#endif
