/* Damages a training's file in many ways, and reads each as the programs do, in a child:
 *
 *     damage FILE COUNT
 *
 * Prints "COUNT | outcomes |". Exit status 1 if a reader crashed or hung, or if it took a damaged
 * checkpoint. A log is text without a checksum: a changed digit is another number. */
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/safetensors.h"
#include "training/checkpoint.h"
#include "training/log.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_BLOCK = 4096, SECONDS = 20 };

typedef struct File {
    unsigned char *bytes;
    size_t count;
} File;

static File read_file(const char *path) {
    FILE *stream = fopen(path, "rb");
    require(stream, "%s: cannot read; name a training's file", path);
    fseek(stream, 0, SEEK_END);
    File file = {.count = (size_t)ftell(stream)};
    rewind(stream);
    file.bytes = memory_new(file.count + MOST_BLOCK, 1);
    require(fread(file.bytes, 1, file.count, stream) == file.count,
            "%s: cannot read it whole; "
            "try again",
            path);
    fclose(stream);
    return file;
}

/* ---- kinds of damage ---- */

static Random dice;

static size_t below(size_t bound) {
    return bound > 0 ? (size_t)(random_bits(&dice) % bound) : 0;
}

static void flip_bit(File *file) {
    file->bytes[below(file->count)] ^= (unsigned char)(1U << below(8));
}

static void set_byte(File *file) {
    file->bytes[below(file->count)] = (unsigned char)below(UCHAR_MAX + 1);
}

static void zero_block(File *file) {
    size_t size = 1 + below(MOST_BLOCK), at = below(file->count);
    memset(file->bytes + at, 0, size < file->count - at ? size : file->count - at);
}

static void random_block(File *file) {
    size_t size = 1 + below(MOST_BLOCK), at = below(file->count);
    for (size_t i = at; i < at + size && i < file->count; i++)
        file->bytes[i] = (unsigned char)below(UCHAR_MAX + 1);
}

/* Two blocks change places, as sectors do. */
static void swap_blocks(File *file) {
    size_t size = 1 + below(file->count / 2 < MOST_BLOCK ? file->count / 2 : MOST_BLOCK);
    size_t one = below(file->count - 2 * size + 1);
    size_t other = one + size + below(file->count - one - 2 * size + 1);
    unsigned char kept[MOST_BLOCK];
    memcpy(kept, file->bytes + one, size);
    memcpy(file->bytes + one, file->bytes + other, size);
    memcpy(file->bytes + other, kept, size);
}

static void cut_off(File *file) {
    file->count = below(file->count);
}

static void add_at_end(File *file) {
    size_t size = 1 + below(MOST_BLOCK);
    for (size_t i = 0; i < size; i++)
        file->bytes[file->count++] = (unsigned char)below(UCHAR_MAX + 1);
}

static void leave_out(File *file) {
    size_t at = below(file->count), size = 1 + below(MOST_BLOCK);
    size = size < file->count - at ? size : file->count - at;
    memmove(file->bytes + at, file->bytes + at + size, file->count - at - size);
    file->count -= size;
}

static void put_in(File *file) {
    size_t at = below(file->count), size = 1 + below(MOST_BLOCK);
    memmove(file->bytes + at + size, file->bytes + at, file->count - at);
    file->count += size; /* the bytes stand there twice */
}

static void put_nan(File *file) {
    const float values[] = {NAN, INFINITY, -INFINITY, 1e38F};
    size_t at = below(file->count / sizeof(float)) * sizeof(float);
    memcpy(file->bytes + at, &values[below(4)], sizeof(float));
}

/* A digit of a text or of the header becomes another: the form stays right. */
static void change_digit(File *file) {
    size_t most = file->count < MOST_BLOCK ? file->count : MOST_BLOCK, at = below(most);
    for (size_t i = 0; i < most; i++, at = (at + 1) % most)
        if (file->bytes[at] >= '0' && file->bytes[at] <= '9') {
            file->bytes[at] = (unsigned char)('0' + below(10));
            return;
        }
}

static void (*const kinds[])(File *) = {flip_bit,    set_byte, zero_block,  random_block,
                                        swap_blocks, cut_off,  add_at_end,  leave_out,
                                        put_in,      put_nan,  change_digit};

/* ---- readers ---- */

static bool is_log(const char *path) {
    const char *end = strrchr(path, '.');
    return end && strcmp(end, ".csv") == 0;
}

static void read_as_programs_do(const char *path, bool log) {
    if (log) {
        log_read(path, INT_MAX);
        return;
    }
    checkpoint_read_info(path);
    safetensors_read(path);
}

typedef enum Outcome { REFUSED, TAKEN, CRASHED, HUNG, OUTCOMES } Outcome;

static Outcome try(const File *file, const char *path, bool log) {
    FILE *stream = fopen(path, "wb");
    require(stream && fwrite(file->bytes, 1, file->count, stream) == file->count &&
                fclose(stream) == 0,
            "%s: cannot write; make room", path);
    fflush(NULL);
    pid_t child = fork();
    require(child >= 0, "cannot fork; end other programs");
    if (child == 0) {
        alarm(SECONDS);
        require(freopen("/dev/null", "w", stderr), "/dev/null: cannot write; look after /dev");
        read_as_programs_do(path, log);
        _exit(EXIT_SUCCESS);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGALRM ? HUNG : CRASHED;
    return WEXITSTATUS(status) == 0 ? TAKEN : WEXITSTATUS(status) == 1 ? REFUSED : CRASHED;
}

int main(int argc, char **argv) {
    require(argc == 3, "damage: give FILE and COUNT");
    const File whole = read_file(argv[1]);
    const bool log = is_log(argv[1]);
    int tries = atoi(argv[2]), counts[OUTCOMES] = {0};
    dice = random_stream(random_name(argv[1]), 0);
    Arena *arena = arena_new();
    const char *path = arena_printf(arena, "%s.damaged", argv[1]);
    File damaged = {.bytes = memory_new(whole.count + 2 * MOST_BLOCK, 1)};
    for (int done = 0; done < tries;) {
        damaged.count = whole.count;
        memcpy(damaged.bytes, whole.bytes, whole.count);
        kinds[below(sizeof kinds / sizeof kinds[0])](&damaged);
        if (damaged.count == whole.count && memcmp(damaged.bytes, whole.bytes, whole.count) == 0)
            continue;
        counts[try(&damaged, path, log)]++;
        done++;
    }
    remove(path);
    printf("%d | %d refused with a message", tries, counts[REFUSED]);
    if (log)
        printf("; %d read as another table", counts[TAKEN]);
    bool failed = counts[CRASHED] > 0 || counts[HUNG] > 0 || (!log && counts[TAKEN] > 0);
    if (failed)
        printf("; FAILED: %d crashed, %d hung, %d taken", counts[CRASHED], counts[HUNG],
               counts[TAKEN]);
    printf(" |\n");
    arena_free(arena);
    free(whole.bytes);
    free(damaged.bytes);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
