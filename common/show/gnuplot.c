#include "show/gnuplot.h"

#include "base/output_file.h"
#include "show/picture.h"
#include "show/program.h"

#include <errno.h>

static const char *const program[] = {"gnuplot", "-", NULL};

FILE *gnuplot_script(int width, int height, const char *font) {
    FILE *script = program_source();
    fprintf(script, "set terminal pngcairo size %d,%d font '%s' noenhanced\n", width, height, font);
    return script;
}

/* Between single quotes gnuplot replaces nothing. A quote and a line's end cannot stand there, so
 * they are joined on in double quotes. */
static void write_quoted(FILE *script, const char *text, const char *percent) {
    putc('\'', script);
    for (; *text; text++)
        if (*text == '\'')
            fputs("'.\"'\".'", script);
        else if (*text == '\n')
            fputs("'.\"\\n\".'", script);
        else if (*text == '%')
            fputs(percent, script);
        else
            putc(*text, script);
    putc('\'', script);
}

void gnuplot_text(FILE *script, const char *text) {
    write_quoted(script, text, "%");
}

void gnuplot_tic(FILE *script, const char *label, int place) {
    write_quoted(script, label, "%%");
    fprintf(script, " %d", place);
}

void gnuplot_set(FILE *script, const char *what, const char *text) {
    fprintf(script, "set %s ", what);
    gnuplot_text(script, text);
    putc('\n', script);
}

void gnuplot_assign(FILE *script, const char *name, const char *text) {
    fprintf(script, "%s = ", name);
    gnuplot_text(script, text);
    putc('\n', script);
}

void gnuplot_draw(FILE *script, const char *directory, const char *name) {
    char path[PICTURE_PATH];
    OutputFile *picture = output_open(picture_path(path, directory, name));
    program_draw(program, "gnuplot-nox", script, output_stream(picture));
    output_commit(picture);
    picture_announce(path);
}

int gnuplot_try(FILE *script, const char *path) {
    OutputFile *picture = output_open(path);
    int status = program_run(program, script, output_stream(picture)), reason = errno;
    if (status == 0)
        output_commit(picture);
    else
        output_discard(picture);
    errno = reason;
    return status;
}
