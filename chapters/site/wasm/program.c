/* A page has no gnuplot and no dot. What they would read is left as the picture's content; the page
 * draws it (pictures.js). */
#include "show/program.h"

#include "base/error.h"

enum { BUFFER = 1 << 16 };

#define SOURCE "/tmp/source"

FILE *program_source(void) {
    FILE *source = fopen(SOURCE, "w+b");
    require(source, "cannot make a temporary file; load the page again");
    return source;
}

int program_run(const char *const arguments[], FILE *source, FILE *picture) {
    char bytes[BUFFER];
    fprintf(picture, "#!%s\n", arguments[0]);
    rewind(source);
    for (size_t count; (count = fread(bytes, 1, sizeof bytes, source)) > 0;)
        fwrite(bytes, 1, count, picture);
    fclose(source);
    remove(SOURCE);
    return 0;
}

void program_draw(const char *const arguments[], const char *package, FILE *source, FILE *picture) {
    (void)package;
    program_run(arguments, source, picture);
}
