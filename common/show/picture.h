/* Picture files: where they go. */
#ifndef SHOW_PICTURE_H
#define SHOW_PICTURE_H

enum { PICTURE_PATH = 4096 };

/* Writes "directory/name" into path and makes the directory if need be. */
const char *picture_path(char path[PICTURE_PATH], const char *directory, const char *name);

/* Says on standard output that there is a picture to look at. */
void picture_announce(const char *path);

#endif
