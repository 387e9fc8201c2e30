#include "show/picture.h"

#include "base/error.h"
#include "base/output_file.h"
#include "show/gnuplot.h"
#include "show/program.h"

const char *picture_path(char path[PICTURE_PATH], const char *directory, const char *name) {
    output_make_directory(directory);
    int length = snprintf(path, PICTURE_PATH, "%s/%s", directory, name);
    require(length < PICTURE_PATH, "%s: the path is too long; choose a shorter one", directory);
    return path;
}

void picture_announce(const char *path) {
    printf("picture: %s\n", path);
}

FILE *picture_source(void) {
    return program_source();
}

void picture_variable(FILE *source, const char *name, const char *text) {
    fprintf(source, "%s = ", name);
    gnuplot_text(source, text);
    putc('\n', source);
}

void picture_run(const char *const arguments[], FILE *source, const char *package) {
    program_draw(arguments, package, source, stdout);
}
