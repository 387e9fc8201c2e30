/* The table of targets, and their inputs as files. */
#define _GNU_SOURCE /* memmem */
#include "target.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

static const struct {
    const char *name;
    Target *run;
} targets[] = {
    {"idx", fuzz_idx},
    {"idx_dataset", fuzz_idx_dataset},
    {"cifar10", fuzz_cifar10},
    {"safetensors", fuzz_safetensors},
    {"checkpoint", fuzz_checkpoint},
    {"state", fuzz_state},
    {"weights", fuzz_weights},
    {"class_names", fuzz_class_names},
    {"csv", fuzz_csv},
    {"image", fuzz_image},
    {"photo", fuzz_photo},
    {"records", fuzz_records},
    {"command_line", fuzz_command_line},
    {"network", fuzz_network},
    {"convolution", fuzz_convolution},
};

enum { TARGETS = sizeof targets / sizeof targets[0], PATH = 256 };

static char folder[PATH];
static pid_t owner; /* of the folder */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static void remove_folder(void) {
    if (getpid() == owner)
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_folder(void) {
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.200s/fuzz-XXXXXX", parent ? parent : "/tmp");
    require(mkdtemp(folder), "%s: cannot make a folder; set TMPDIR to one that is writable",
            folder);
    owner = getpid();
    atexit(remove_folder);
}

Target *target_chosen(int count, char **arguments) {
    static const char option[] = "--target=";
    make_folder();
    for (int i = 1; i < count; i++)
        for (int t = 0; t < TARGETS; t++)
            if (strncmp(arguments[i], option, strlen(option)) == 0 &&
                strcmp(arguments[i] + strlen(option), targets[t].name) == 0)
                return targets[t].run;
    fprintf(stderr, "error: no target; use --target= and one of");
    for (int t = 0; t < TARGETS; t++)
        fprintf(stderr, " %s", targets[t].name);
    fprintf(stderr, "\n");
    exit(EXIT_FAILURE);
}

Part part_take(Part *input) {
    static const char divider[] = "\n%%\n";
    size_t length = strlen(divider);
    const uint8_t *end = memmem(input->bytes, input->count, divider, length);
    Part part = {input->bytes, end ? (size_t)(end - input->bytes) : input->count};
    size_t taken = end ? part.count + length : part.count;
    *input = (Part){input->bytes + taken, input->count - taken};
    return part;
}

int byte_take(Part *input) {
    if (input->count == 0)
        return 0;
    input->count--;
    return *input->bytes++;
}

const char *input_folder(void) {
    return folder;
}

const char *input_file(const char *name, Part part) {
    static char path[2 * PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t written = file < 0 ? -1 : write(file, part.bytes, part.count);
    require(written == (ssize_t)part.count, "%s: cannot write the input; make room", path);
    close(file);
    return path;
}

/* Assertions, those of the tests' helpers too, are Check's macros; but no runner of Check's is here
 * to jump to, so these two stand in for its functions. */
void _mark_point(const char *file, int line) {
    (void)file, (void)line;
}

void _ck_assert_failed(const char *file, int line, const char *expr, const char *msg, ...) {
    fprintf(stderr, "%s:%d: %s: ", file, line, expr);
    if (msg) {
        va_list arguments;
        va_start(arguments, msg);
        vfprintf(stderr, msg, arguments);
        va_end(arguments);
    }
    fprintf(stderr, "\n");
    abort();
}
