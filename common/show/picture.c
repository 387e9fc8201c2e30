#include "show/picture.h"

#include <stdio.h>

#include "base/error.h"
#include "base/output_file.h"

const char *picture_path(char path[PICTURE_PATH], const char *directory, const char *name) {
    output_make_directory(directory);
    int length = snprintf(path, PICTURE_PATH, "%s/%s", directory, name);
    require(length < PICTURE_PATH, "%s: the path is too long; choose a shorter one", directory);
    return path;
}

void picture_announce(const char *path) {
    printf("picture: %s\n", path);
}
