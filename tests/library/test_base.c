/* Tests of common/base: errors, memory, random numbers, output files. */
#include <check.h>
#include <glob.h>
#include <math.h>
#include <omp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/output_file.h"
#include "base/random.h"
#include "expect_error.h"
#include "temporary.h"

Suite *base_suite(void);
TCase *contained_tests(void);
TCase *csv_tests(void);
TCase *options_tests(void); /* test_options.c */

enum { DRAWS = 200000 };

/* ---- errors ---- */

static void die_with(const void *text) {
    die("%s: is wrong; mend it", (const char *)text);
}

static void require_true(const void *text) {
    require(text, "never said");
}

START_TEST(error_names_message_and_place) {
    expect_error(die_with, "file.gz", "error: file.gz: is wrong; mend it [", "test_base.c:", NULL);
    expect_error(die_with, "two\nlines", "two?lines", NULL);
    ck_assert_int_eq(run_in_child(require_true, "").status, 0);
}
END_TEST

/* ---- memory ---- */

static void overflow(const void *count) {
    memory_new(*(const size_t *)count, sizeof(double));
}

START_TEST(memory_is_zeroed_and_aligned) {
    for (size_t count = 0; count < 300; count += 7) {
        unsigned char *bytes = memory_new(count, 3);
        ck_assert_ptr_nonnull(bytes);
        ck_assert_uint_eq((uintptr_t)bytes % 64, 0);
        for (size_t i = 0; i < 3 * count; i++)
            ck_assert_uint_eq(bytes[i], 0);
        memset(bytes, 0xFF, 3 * count);
        free(bytes);
    }
}
END_TEST

START_TEST(memory_overflow_is_an_error) {
    size_t count = SIZE_MAX / 2;
    expect_error(overflow, &count, "out of memory", "smaller", NULL);
}
END_TEST

static void require_memory(const void *bytes) {
    memory_require(*(const size_t *)bytes, "the tests");
}

/* A petabyte and more, a page, and what the machine has. */
START_TEST(memory_that_is_not_there_is_an_error) {
    size_t too_much = (size_t)1 << 50, little = 1 << 12;
    expect_error(require_memory, &too_much, "the tests needs 1125899.9 GB", "GB are free",
                 "choose a smaller batch", NULL);
    ck_assert_int_eq(run_in_child(require_memory, &little).status, 0);
    struct sysinfo system;
    ck_assert_int_eq(sysinfo(&system), 0);
    ck_assert_int_ge(allowed_processors(), 1);
    ck_assert_int_le(allowed_processors(), omp_get_num_procs());
    ck_assert_uint_gt(free_memory(), 0);
    ck_assert_uint_le(free_memory(), (system.totalram + system.totalswap) * system.mem_unit);
}
END_TEST

START_TEST(arena_keeps_all_until_freed) {
    Arena *arena = arena_new();
    char *names[100];
    for (int i = 0; i < 100; i++) {
        names[i] = arena_printf(arena, "scope%d/%s", i, "kernel");
        unsigned char *bytes = arena_alloc(arena, (size_t)i);
        ck_assert_uint_eq((uintptr_t)bytes % 64, 0);
        for (int b = 0; b < i; b++)
            ck_assert_uint_eq(bytes[b], 0);
        memset(bytes, 0xFF, (size_t)i);
    }
    ck_assert_str_eq(names[0], "scope0/kernel");
    ck_assert_str_eq(names[99], "scope99/kernel");
    arena_free(arena);
    arena_free(NULL);
}
END_TEST

/* ---- random numbers ---- */

/* Whether counts of equally likely outcomes are plausible: chi square within 6 deviations. */
static void assert_uniform(const int *counts, int bins, int draws) {
    double expected = (double)draws / bins, chi_square = 0;
    for (int i = 0; i < bins; i++)
        chi_square += pow(counts[i] - expected, 2) / expected;
    ck_assert_double_lt(fabs(chi_square - (bins - 1)), 6 * sqrt(2.0 * (bins - 1)));
}

START_TEST(random_bits_are_splitmix64) {
    /* The first outputs of the published generator for the seed 1234567. */
    const uint64_t expected[] = {6457827717110365317ULL, 3203168211198807973ULL,
                                 9817491932198370423ULL, 4593380528125082431ULL,
                                 16408922859458223821ULL};
    Random random = {.key = 1234567};
    for (int i = 0; i < 5; i++) {
        ck_assert_uint_eq(random_bits_at(1234567, (uint64_t)i), expected[i]);
        ck_assert_uint_eq(random_bits(&random), expected[i]);
    }
}
END_TEST

START_TEST(random_name_is_fnv_1a) {
    ck_assert_uint_eq(random_name(""), 0xCBF29CE484222325ULL);
    ck_assert_uint_eq(random_name("a"), 0xAF63DC4C8601EC8CULL);
    ck_assert_uint_eq(random_name("foobar"), 0x85944171F73967E8ULL);
}
END_TEST

START_TEST(random_streams_differ) {
    Random a = random_stream(1, 0), again = random_stream(1, 0);
    Random others[] = {random_stream(1, 1), random_stream(2, 0), random_stream(0, 1)};
    ck_assert_uint_eq(a.key, again.key);
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_ne(a.key, others[i].key);
        double product = 0;
        for (int d = 0; d < DRAWS; d++)
            product += (random_uniform(&a) - 0.5) * (random_uniform(&others[i]) - 0.5);
        ck_assert_double_lt(fabs(product), 6 * sqrt(DRAWS) / 12); /* uncorrelated */
    }
}
END_TEST

START_TEST(random_uniform_is_uniform) {
    Random random = random_stream(3, 0);
    int counts[64] = {0}, outside = 0;
    for (int i = 0; i < DRAWS; i++) {
        float u = random_uniform(&random);
        if (u >= 0 && u < 1)
            counts[(int)(u * 64)]++;
        else
            outside++;
    }
    ck_assert_int_eq(outside, 0);
    assert_uniform(counts, 64, DRAWS);
}
END_TEST

START_TEST(random_below_is_uniform) {
    Random random = random_stream(4, 0);
    int counts[10] = {0};
    for (int i = 0; i < DRAWS; i++)
        counts[random_below(&random, 10)]++;
    assert_uniform(counts, 10, DRAWS);
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(random_below(&random, 1), 0);
        ck_assert_int_ge(random_below(&random, INT32_MAX), 0);
    }
}
END_TEST

static void draw_below_zero(const void *unused) {
    (void)unused;
    Random random = random_stream(0, 0);
    random_below(&random, 0);
}

START_TEST(random_below_zero_is_an_error) {
    expect_error(draw_below_zero, NULL, "random_below", "at least 1", NULL);
}
END_TEST

START_TEST(random_normal_is_normal) {
    Random random = random_stream(5, 0);
    int counts[64] = {0};
    for (int i = 0; i < DRAWS; i++) {
        double quantile = 0.5 * erfc(-random_normal(&random) / sqrt(2.0));
        counts[(int)fmin(quantile * 64, 63)]++;
    }
    assert_uniform(counts, 64, DRAWS);
}
END_TEST

START_TEST(random_shuffle_makes_every_order) {
    Random random = random_stream(6, 0);
    int counts[27] = {0}, orders[6], found = 0, wrong = 0;
    for (int i = 0; i < DRAWS; i++) {
        int items[3] = {0, 1, 2};
        random_shuffle(&random, items, 3);
        if ((1 << items[0]) + (1 << items[1]) + (1 << items[2]) == 7)
            counts[items[0] * 9 + items[1] * 3 + items[2]]++;
        else
            wrong++;
    }
    ck_assert_int_eq(wrong, 0);
    for (int i = 0; i < 27; i++)
        if (counts[i] > 0) {
            ck_assert_int_lt(found, 6);
            orders[found++] = counts[i];
        }
    ck_assert_int_eq(found, 6);
    assert_uniform(orders, 6, DRAWS);
    random_shuffle(&random, orders, 0);
}
END_TEST

/* ---- output files ---- */

static void assert_content(const char *path, const char *expected) {
    char text[64] = "";
    FILE *stream = fopen(path, "rb");
    ck_assert_msg(stream, "%s is missing", path);
    size_t length = fread(text, 1, sizeof text - 1, stream);
    fclose(stream);
    text[length] = '\0';
    ck_assert_str_eq(text, expected);
}

/* How many files in the temporary directory fit the pattern. */
static int temporaries(const char *pattern) {
    glob_t found;
    int status = glob(temporary_path(pattern), 0, NULL, &found);
    int count = status == 0 ? (int)found.gl_pathc : 0;
    ck_assert(status == 0 || status == GLOB_NOMATCH);
    globfree(&found);
    return count;
}

static void assert_no_temporaries(void) {
    ck_assert_int_eq(temporaries("*.tmp"), 0);
}

static void write_text(const char *path, const char *text) {
    OutputFile *file = output_open(path);
    fputs(text, output_stream(file));
    output_commit(file);
}

START_TEST(output_appears_when_committed) {
    const char *path = temporary_path("output");
    OutputFile *file = output_open(path);
    fputs("new", output_stream(file));
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(temporaries("output.*.tmp"), 1);
    output_commit(file);
    assert_content(path, "new");
    write_text(path, "newer");
    assert_content(path, "newer");
    assert_no_temporaries();
}
END_TEST

static void write_and_die(const void *path) {
    OutputFile *file = output_open(path);
    output_open(temporary_path("second"));
    fputs("half", output_stream(file));
    fflush(output_stream(file));
    die("something else went wrong; mend it");
}

static void write_and_exit(const void *path) {
    fputs("half", output_stream(output_open(path)));
    exit(0);
}

START_TEST(output_uncommitted_is_removed) {
    const char *path = temporary_path("kept");
    write_text(path, "old");
    expect_error(write_and_die, path, "something else", NULL);
    assert_no_temporaries();
    ck_assert_int_eq(run_in_child(write_and_exit, path).status, 0);
    assert_no_temporaries();
    assert_content(path, "old");
    ck_assert_int_ne(access(temporary_path("second"), F_OK), 0);
}
END_TEST

static void write_and_be_killed(const void *path) {
    fputs("half", output_stream(output_open(path)));
    raise(SIGKILL);
}

START_TEST(output_of_killed_writers_is_removed) {
    const char *path = temporary_path("killed");
    ck_assert_int_eq(run_in_child(write_and_be_killed, path).status, 128 + SIGKILL);
    ck_assert_int_eq(temporaries("killed.*.tmp"), 1);
    const char *others[] = {"killed.tmp", "killed.12x.tmp", "killed.1.tmp.2", "other.1.tmp"};
    for (int i = 0; i < 4; i++)
        temporary_file(others[i], "", 0);
    output_remove_leftovers(path);
    ck_assert_int_eq(temporaries("killed.[1-9]*[0-9].tmp"), 0);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(access(temporary_path(others[i]), F_OK), 0);
        unlink(temporary_path(others[i]));
    }
}
END_TEST

static void die_as_child(const void *unused) {
    (void)unused;
    die("a child fails");
}

START_TEST(output_survives_a_failing_child) {
    const char *path = temporary_path("parent");
    OutputFile *file = output_open(path);
    fputs("whole", output_stream(file));
    expect_error(die_as_child, NULL, "a child fails", NULL);
    output_commit(file);
    assert_content(path, "whole");
}
END_TEST

static void write_over_limit(const void *path) {
    struct rlimit limit = {100, 100};
    setrlimit(RLIMIT_FSIZE, &limit);
    OutputFile *file = output_open(path);
    for (int i = 0; i < 1000; i++)
        fputs("too long", output_stream(file));
    output_commit(file);
}

static void open_output(const void *path) {
    output_open(path);
}

START_TEST(output_errors_name_file_reason_remedy) {
    const char *path = temporary_path("limited");
    write_text(path, "old");
    expect_error(write_over_limit, path, path, "File too large", "make room", NULL);
    assert_content(path, "old");
    assert_no_temporaries();
    const char *nowhere = temporary_path("nowhere/file");
    expect_error(open_output, nowhere, nowhere, "No such file or directory", "choose", NULL);
    expect_error(open_output, temporary_path("."), "not a regular file", "choose", NULL);
    expect_error(open_output, "/dev/null", "/dev/null", "not a regular file", NULL);
}
END_TEST

static void make_directory(const void *path) {
    output_make_directory(path);
}

START_TEST(output_make_directory_makes_parents) {
    struct stat status;
    const char *path = temporary_path("one/two/three");
    output_make_directory(path);
    ck_assert(stat(path, &status) == 0 && S_ISDIR(status.st_mode));
    output_make_directory(path);
    output_make_directory(temporary_path("one//two/four/"));
    ck_assert_int_eq(access(temporary_path("one/two/four"), F_OK), 0);
    output_make_directory("/tmp");
}
END_TEST

START_TEST(output_make_directory_errors) {
    const char *file = temporary_file("file", "x", 1), *below = temporary_path("file/below");
    expect_error(make_directory, file, file, "not a directory", "choose", NULL);
    expect_error(make_directory, below, below, "Not a directory", "choose", NULL);
    expect_error(make_directory, "/proc/nothing/here", "/proc/nothing/here", "choose", NULL);
    expect_error(make_directory, "", "empty", NULL);
}
END_TEST

static TCase *output_tests(void) {
    TCase *tests = tcase_create("output_file");
    temporary_add(tests);
    tcase_add_test(tests, output_appears_when_committed);
    tcase_add_test(tests, output_uncommitted_is_removed);
    tcase_add_test(tests, output_of_killed_writers_is_removed);
    tcase_add_test(tests, output_survives_a_failing_child);
    tcase_add_test(tests, output_errors_name_file_reason_remedy);
    tcase_add_test(tests, output_make_directory_makes_parents);
    tcase_add_test(tests, output_make_directory_errors);
    return tests;
}

static TCase *random_tests(void) {
    TCase *tests = tcase_create("random");
    tcase_add_test(tests, random_bits_are_splitmix64);
    tcase_add_test(tests, random_name_is_fnv_1a);
    tcase_add_test(tests, random_streams_differ);
    tcase_add_test(tests, random_uniform_is_uniform);
    tcase_add_test(tests, random_below_is_uniform);
    tcase_add_test(tests, random_below_zero_is_an_error);
    tcase_add_test(tests, random_normal_is_normal);
    tcase_add_test(tests, random_shuffle_makes_every_order);
    return tests;
}

START_TEST(memory_grows_item_by_item) {
    int *items = NULL;
    for (int i = 0; i < 1000; i++) {
        items = memory_grow(items, i, sizeof *items);
        items[i] = 7 * i;
    }
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(items[i], 7 * i);
    free(items);
}
END_TEST

Suite *base_suite(void) {
    Suite *suite = suite_create("base");
    TCase *memory = tcase_create("error and memory");
    tcase_add_test(memory, error_names_message_and_place);
    tcase_add_test(memory, memory_is_zeroed_and_aligned);
    tcase_add_test(memory, memory_overflow_is_an_error);
    tcase_add_test(memory, memory_that_is_not_there_is_an_error);
    tcase_add_test(memory, memory_grows_item_by_item);
    tcase_add_test(memory, arena_keeps_all_until_freed);
    suite_add_tcase(suite, memory);
    suite_add_tcase(suite, random_tests());
    suite_add_tcase(suite, output_tests());
    suite_add_tcase(suite, contained_tests());
    suite_add_tcase(suite, csv_tests());
    suite_add_tcase(suite, options_tests());
    return suite;
}
