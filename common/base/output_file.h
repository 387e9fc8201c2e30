/* Files that appear whole or not at all: written beside their place under a temporary name, synced
 * to the disk, then renamed. If the program exits first, through base/error.h or otherwise, the
 * temporary file is removed; if the program is killed, output_remove_leftovers() removes it, which
 * the trainer calls for its directory. */
#ifndef BASE_OUTPUT_FILE_H
#define BASE_OUTPUT_FILE_H

#include <stdio.h>

typedef struct OutputFile OutputFile;

/* Opens path for writing; ends the program with the reason if that cannot be. */
OutputFile *output_open(const char *path);

/* The stream to write to. */
FILE *output_stream(OutputFile *file);

/* Flushes, renames into place and frees; ends the program if anything could not be written. */
void output_commit(OutputFile *file);

/* Removes what was written, leaves path as it was and frees. */
void output_discard(OutputFile *file);

/* Removes what killed writers left of a file. Whoever calls this knows that nobody writes the file
 * now; a process's number would not tell, because a killed one may keep it for a while. */
void output_remove_leftovers(const char *path);

/* Makes a directory and its parents if need be; ends the program if it is not writable. */
void output_make_directory(const char *path);

#endif
