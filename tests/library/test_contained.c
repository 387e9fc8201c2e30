/* Tests of common/base/contained.h with work that does what broken or hostile work might. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/contained.h"
#include "temporary.h"

TCase *contained_tests(void);

static const ContainedLimits limits = {.seconds = 1, .memory = (size_t)64 << 20};

static ContainedEnd run(ContainedWork *work, const void *argument, void *answer, size_t bytes) {
    Contained contained;
    ck_assert(contained_start(&contained, work, argument, limits));
    ck_assert(bytes == 0 || contained_read(&contained, answer, bytes));
    return contained_end(&contained);
}

static int in_memory = 1;

static void answer_twice(const void *argument, int results) {
    int twice = 2 * *(const int *)argument;
    in_memory = 2;
    contained_write(results, &twice, sizeof twice);
}

START_TEST(contained_work_answers) {
    int number = 21, answer = 0, more = 0;
    ck_assert_int_eq(run(answer_twice, &number, &answer, sizeof answer), CONTAINED_FINISHED);
    ck_assert_int_eq(answer, 42);
    ck_assert_int_eq(in_memory, 1);
    Contained contained;
    ck_assert(contained_start(&contained, answer_twice, &number, limits));
    ck_assert(contained_read(&contained, &answer, sizeof answer));
    ck_assert(!contained_read(&contained, &more, sizeof more)); /* there is no more */
    ck_assert_int_eq(contained_end(&contained), CONTAINED_FINISHED);
}
END_TEST

static void write_nowhere(const void *argument, int results) {
    (void)results;
    *(volatile int *)argument = 1; /* read-only */
}

static void give_up(const void *argument, int results) {
    (void)argument, (void)results;
    abort();
}

static void compute_for_ever(const void *argument, int results) {
    (void)argument, (void)results;
    for (volatile int i = 0;; i = !i)
        ;
}

static void answer_for_ever(const void *argument, int results) {
    for (;;)
        contained_write(results, argument, 1);
}

START_TEST(contained_work_breaks) {
    ck_assert_int_eq(run(write_nowhere, "constant", NULL, 0), CONTAINED_CRASHED);
    ck_assert_int_eq(run(give_up, NULL, NULL, 0), CONTAINED_CRASHED);
    ck_assert_int_eq(run(compute_for_ever, NULL, NULL, 0), CONTAINED_TOO_SLOW);
    ck_assert_int_eq(run(answer_for_ever, "x", NULL, 0), CONTAINED_CRASHED); /* nobody listens */
}
END_TEST

/* What the work could do. */
typedef struct Deeds {
    bool is_filtered, read_file, wrote_file, wrote_to_error, socketed, forked, signalled, allocated;
} Deeds;

static bool can_filter; /* whether this machine does, found without base/contained.c */

static void try_everything(const void *path, int results) {
    Deeds deeds = {.is_filtered = can_filter && prctl(PR_GET_SECCOMP) != 0};
    deeds.read_file = open(path, O_RDONLY) >= 0;
    deeds.wrote_file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) >= 0;
    deeds.wrote_to_error = write(STDERR_FILENO, "", 1) >= 0;
    deeds.socketed = socket(AF_INET, SOCK_STREAM, 0) >= 0;
    if (deeds.is_filtered) {
        deeds.signalled = kill(getppid(), 0) == 0;
        deeds.forked = fork() >= 0;
    }
    deeds.allocated = mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    contained_write(results, &deeds, sizeof deeds);
}

/* An emulator of processors has no filter and no limit of memory, and says so. In valgrind nothing
 * is forbidden (base/contained.c). */
START_TEST(contained_work_reaches_nothing) {
    const char *loaded = getenv("LD_PRELOAD");
    if (loaded && strstr(loaded, "vgpreload"))
        return;
    const char *path = temporary_file("kept", "kept", 4);
#if defined(__x86_64__) || defined(__aarch64__)
    can_filter = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) != 0 && errno == EFAULT;
#endif
    Deeds deeds;
    ck_assert_int_eq(run(try_everything, path, &deeds, sizeof deeds), CONTAINED_FINISHED);
    ck_assert(!deeds.read_file && !deeds.wrote_file && !deeds.wrote_to_error && !deeds.socketed);
    ck_assert(!deeds.signalled && !deeds.forked);
    ck_assert(deeds.is_filtered == can_filter);
    ck_assert(!deeds.is_filtered || !deeds.allocated);
    char kept[5] = "";
    int file = open(path, O_RDONLY);
    ck_assert_int_eq(read(file, kept, sizeof kept), 4);
    close(file);
    ck_assert_str_eq(kept, "kept");
}
END_TEST

static FILE *unflushed;

static void write_at_exit(void) {
    fputs("exit", unflushed);
}

/* What stood in a buffer is written once, by the parent, and its work at the exit is its own. */
START_TEST(contained_work_leaves_the_parents_exit) {
    const char *path = temporary_path("buffer");
    unflushed = fopen(path, "wb");
    fputs("once", unflushed);
    atexit(write_at_exit);
    int number = 1, answer;
    run(answer_twice, &number, &answer, sizeof answer);
    run(give_up, NULL, NULL, 0);
    fflush(unflushed);
    ck_assert_int_eq(ftell(unflushed), 4);
    int file = open(path, O_RDONLY);
    char found[16];
    ck_assert_int_eq(read(file, found, sizeof found), 4);
    close(file);
}
END_TEST

TCase *contained_tests(void) {
    TCase *tests = tcase_create("contained");
    temporary_add(tests);
    tcase_add_test(tests, contained_work_answers);
    tcase_add_test(tests, contained_work_breaks);
    tcase_add_test(tests, contained_work_reaches_nothing);
    tcase_add_test(tests, contained_work_leaves_the_parents_exit);
    return tests;
}
