/* The names of classes. As text they stand one a line, in the order of the labels. */
#ifndef DATA_CLASS_NAMES_H
#define DATA_CLASS_NAMES_H

#include <stddef.h>

#include "base/memory.h"

enum { DATASET_MAX_CLASSES = 256, CLASS_NAME = 64 }; /* labels are bytes; a name's, with its end */

typedef char ClassName[CLASS_NAME];

/* Sets a name to `length` bytes of text. Ends the program, naming `source` (a file or a folder),
 * unless they are UTF-8 text without control characters that is shorter than CLASS_NAME. */
void class_name_set(ClassName name, const char *source, const char *text, size_t length);

/* Sets the names to the first `count` lines of text, which may be NULL; where a line is missing or
 * empty, to "class 0", "class 1", ... Source: as above. */
void class_names_read(ClassName *names, int count, const char *source, const char *text);

/* `count` names of any length from a text file, which the arena owns. Ends the program if the file
 * has another number of lines, or an empty line. */
const char *const *class_names_load(Arena *arena, const char *path, int count);

/* The names, one a line, as class_names_read() reads them. */
const char *class_names_text(Arena *arena, const ClassName *names, int count);

#endif
