#include "training/progress.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_COLUMNS = 24, STATUS_COLUMNS = 160, DEFAULT_COLUMNS = 80 };

static const double BAR_INTERVAL = 0.1; /* seconds */
static const double LINE_INTERVAL = 30;

const char *duration_text(double seconds, char text[DURATION_TEXT]) {
    long all = (long)(seconds + 0.5), hours = all / 3600, minutes = all / 60 % 60, rest = all % 60;
    if (hours > 0)
        snprintf(text, DURATION_TEXT, "%ld:%02ld:%02ld", hours, minutes, rest);
    else
        snprintf(text, DURATION_TEXT, "%ld:%02ld", minutes, rest);
    return text;
}

/* A dumb terminal cannot draw a line over another. */
static bool is_terminal(FILE *stream) {
    const char *kind = getenv("TERM");
    return isatty(fileno(stream)) && !(kind && strcmp(kind, "dumb") == 0);
}

Progress progress_start(FILE *stream, int epochs, int steps, int batch) {
    double now = clock_seconds();
    return (Progress){.stream = stream,
                      .terminal = stream && is_terminal(stream),
                      .epochs = epochs,
                      .steps = steps,
                      .batch = batch,
                      .started = now,
                      .epoch_started = now,
                      .shown = now};
}

void progress_epoch(Progress *progress, int epoch, int step) {
    progress->epoch = epoch;
    progress->epoch_step = step;
    progress->epoch_started = clock_seconds();
}

static double seconds_left(const Progress *progress, int steps_left) {
    double seconds = clock_seconds() - progress->started;
    return progress->steps_done > 0 ? seconds / progress->steps_done * steps_left : 0;
}

static int terminal_columns(const Progress *progress) {
    struct winsize size;
    bool known = ioctl(fileno(progress->stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : DEFAULT_COLUMNS;
}

/* Over the line that the terminal's cursor stands in; cut to the terminal's width. */
static void show_bar(const Progress *progress, double fraction, const char *status) {
    char bar[BAR_COLUMNS + 1];
    int full = (int)(fraction * BAR_COLUMNS);
    memset(bar, ' ', BAR_COLUMNS);
    memset(bar, '=', (size_t)full);
    if (full > 0 && full < BAR_COLUMNS)
        bar[full - 1] = '>';
    bar[BAR_COLUMNS] = '\0';

    char line[2 * STATUS_COLUMNS + BAR_COLUMNS];
    snprintf(line, sizeof line, "epoch %d/%d [%s] %s", progress->epoch, progress->epochs, bar,
             status);
    fprintf(progress->stream, "\r%.*s\033[K", terminal_columns(progress) - 1, line);
}

void progress_step(Progress *progress, int step, double loss, double accuracy) {
    progress->steps_done++;
    if (progress->stream && progress->epoch == 1 && step == 1)
        fprintf(progress->stream, "the untrained network's loss, on the first batch: %.3f\n", loss);
    double now = clock_seconds(), epoch_seconds = now - progress->epoch_started;
    double images = (double)(step - progress->epoch_step) * progress->batch;
    progress->images_per_second = epoch_seconds > 0 ? images / epoch_seconds : 0;
    double interval = progress->terminal ? BAR_INTERVAL : LINE_INTERVAL;
    bool due = now - progress->shown >= interval || (step == progress->steps && progress->terminal);
    if (!progress->stream || !due)
        return;
    progress->shown = now;

    char left[DURATION_TEXT], status[STATUS_COLUMNS];
    int steps_left = (progress->epochs - progress->epoch + 1) * progress->steps - step;
    snprintf(status, sizeof status, "%3.0f %%  loss %.4f  accuracy %.2f %%  %.0f img/s  %s left",
             100.0 * step / progress->steps, loss, 100 * accuracy, progress->images_per_second,
             duration_text(seconds_left(progress, steps_left), left));
    if (progress->terminal)
        show_bar(progress, (double)step / progress->steps, status);
    else
        fprintf(progress->stream, "epoch %d/%d  %s\n", progress->epoch, progress->epochs, status);
    fflush(progress->stream);
}

void progress_break(const Progress *progress) {
    if (progress->terminal)
        putc('\n', progress->stream);
}

void progress_epoch_end(Progress *progress, const LogRow *row) {
    if (!progress->stream)
        return;
    if (progress->terminal)
        fputs("\r\033[K", progress->stream);
    char left[DURATION_TEXT];
    int steps_left = (progress->epochs - row->epoch) * progress->steps;
    fprintf(progress->stream,
            "epoch %d/%d  train: loss %.4f, accuracy %.2f %%  test: loss %.4f, accuracy %.2f %%  "
            "%.0f img/s  %s left\n",
            row->epoch, progress->epochs, row->train_loss, 100 * row->train_accuracy,
            row->test_loss, 100 * row->test_accuracy, progress->images_per_second,
            duration_text(seconds_left(progress, steps_left), left));
    fflush(progress->stream);
    progress->shown = clock_seconds();
}
