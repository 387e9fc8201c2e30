#include "temporary.h"

#include <stdio.h>
#include <stdlib.h>

enum { PATHS = 16, PATH_BYTES = 256 };

static char directory[PATH_BYTES];

static void make_directory(void) {
    const char *parent = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%.200s/resnet-tests-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(directory)) {
        perror(directory);
        exit(EXIT_FAILURE);
    }
}

static void remove_directory(void) {
    char command[2 * PATH_BYTES];
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    if (system(command) != 0)
        fprintf(stderr, "cannot remove %s\n", directory);
}

void temporary_add(TCase *tests) {
    tcase_add_unchecked_fixture(tests, make_directory, remove_directory);
}

const char *temporary_path(const char *name) {
    static char paths[PATHS][2 * PATH_BYTES];
    static int next;
    char *path = paths[next++ % PATHS];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

const char *temporary_file(const char *name, const void *bytes, size_t count) {
    const char *path = temporary_path(name);
    FILE *stream = fopen(path, "wb");
    ck_assert_msg(stream, "cannot write %s", path);
    ck_assert_uint_eq(fwrite(bytes, 1, count, stream), count);
    ck_assert_int_eq(fclose(stream), 0);
    return path;
}
