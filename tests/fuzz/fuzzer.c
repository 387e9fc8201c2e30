/* What libFuzzer calls: a target, run over and over in one process.
 *
 * The library ends the program when it refuses an input; exit() comes back here instead. What the
 * library then leaves behind is given back: open files, and the memory that a list made by the
 * sanitizer's hooks knows. Where it does not exit it has to free its memory itself, or the fuzzer
 * finds a leak. The names in quotes are those of the linker's option --wrap (fuzz.mk). */
#define _GNU_SOURCE /* tdestroy, close_range */
#include "target.h"

#include <argp.h>
#include <check.h>
#include <omp.h>
#include <sanitizer/allocator_interface.h>
#include <sanitizer/lsan_interface.h>
#include <search.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>
#include <zlib.h>

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

enum { MOST_STREAMS = 8, SMALL_BUFFER = 512 };

static Target *target;
static pid_t fuzzer; /* children of a target exit for good */
static bool is_running;
static _Thread_local bool is_listing; /* libFuzzer has a thread that watches the memory */
static jmp_buf way_back;
static void *allocations; /* a tree of tsearch() */
static FILE *streams[MOST_STREAMS];

/* ---- what a target has not given back ---- */

static int by_address(const void *a, const void *b) {
    return (a > b) - (a < b);
}

/* The tree's own nodes are not listed. */
static void list_allocation(const volatile void *memory, size_t bytes) {
    (void)bytes;
    if (!is_listing)
        return;
    is_listing = false;
    tsearch((const void *)memory, &allocations, by_address);
    is_listing = true;
}

static void forget_allocation(const volatile void *memory) {
    if (!is_listing || !memory)
        return;
    is_listing = false;
    tdelete((const void *)memory, &allocations, by_address);
    is_listing = true;
}

static void keep(void *memory) {
    (void)memory;
}

FILE *real_fopen(const char *path, const char *mode) __asm__("__real_fopen");
FILE *listed_fopen(const char *path, const char *mode) __asm__("__wrap_fopen");
FILE *real_fmemopen(void *bytes, size_t count, const char *mode) __asm__("__real_fmemopen");
FILE *listed_fmemopen(void *bytes, size_t count, const char *mode) __asm__("__wrap_fmemopen");
int real_fclose(FILE *stream) __asm__("__real_fclose");
int listed_fclose(FILE *stream) __asm__("__wrap_fclose");

static void replace_stream(FILE *old, FILE *new) {
    for (int i = 0; i < MOST_STREAMS; i++)
        if (streams[i] == old) {
            streams[i] = new;
            return;
        }
}

static FILE *listed(FILE *stream) {
    if (is_running && stream)
        replace_stream(NULL, stream);
    return stream;
}

FILE *listed_fopen(const char *path, const char *mode) {
    return listed(real_fopen(path, mode));
}

FILE *listed_fmemopen(void *bytes, size_t count, const char *mode) {
    return listed(real_fmemopen(bytes, count, mode));
}

int listed_fclose(FILE *stream) {
    if (is_running)
        replace_stream(stream, NULL);
    return real_fclose(stream);
}

static void clean_up(int first_descriptor) {
    for (int i = 0; i < MOST_STREAMS; i++)
        if (streams[i])
            listed_fclose(streams[i]);
    close_range((unsigned)first_descriptor, ~0U, 0);
}

/* zlib's buffers would be mapped and unmapped for every input. */
int real_gzbuffer(gzFile stream, unsigned bytes) __asm__("__real_gzbuffer");
int small_gzbuffer(gzFile stream, unsigned bytes) __asm__("__wrap_gzbuffer");

int small_gzbuffer(gzFile stream, unsigned bytes) {
    return real_gzbuffer(stream, bytes < SMALL_BUFFER ? bytes : SMALL_BUFFER);
}

/* ---- ways out of a target ---- */

_Noreturn void real_exit(int status) __asm__("__real_exit");
_Noreturn void returning_exit(int status) __asm__("__wrap_exit");

void returning_exit(int status) {
    if (!is_running || getpid() != fuzzer)
        real_exit(status);
    longjmp(way_back, 1);
}

/* argp exits from within the C library, where no wrapper is asked. */
error_t real_argp_parse(const struct argp *parser, int count, char **arguments, unsigned flags,
                        int *end, void *input) __asm__("__real_argp_parse");
error_t returning_argp_parse(const struct argp *parser, int count, char **arguments, unsigned flags,
                             int *end, void *input) __asm__("__wrap_argp_parse");
void returning_argp_error(const struct argp_state *state, const char *format,
                          ...) __asm__("__wrap_argp_error");

error_t returning_argp_parse(const struct argp *parser, int count, char **arguments, unsigned flags,
                             int *end, void *input) {
    error_t error = real_argp_parse(parser, count, arguments, flags | ARGP_NO_EXIT, end, input);
    if (error && !(flags & ARGP_NO_EXIT))
        returning_exit(EX_USAGE);
    return error;
}

void returning_argp_error(const struct argp_state *state, const char *format, ...) {
    (void)format;
    if (!(state->flags & ARGP_NO_ERRS))
        returning_exit(EX_USAGE);
}

/* ---- one input ---- */

/* The first input is not listed: what is made once and kept, by C's library or OpenMP's, is made
 * here. */
int LLVMFuzzerInitialize(int *count, char ***arguments) {
    target = target_chosen(*count, *arguments);
    fuzzer = getpid();
    omp_set_num_threads(1);
    __lsan_disable();
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
#pragma omp parallel
    fflush(NULL);
    __lsan_enable();
    __sanitizer_install_malloc_and_free_hooks(list_allocation, forget_allocation);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    int first_descriptor = dup(STDERR_FILENO);
    close(first_descriptor);
    is_running = is_listing = true;
    bool has_exited = setjmp(way_back);
    if (!has_exited)
        target(bytes, count);
    else
        clean_up(first_descriptor);
    is_running = is_listing = false;
    tdestroy(allocations, has_exited ? free : keep);
    allocations = NULL;
    return 0;
}
