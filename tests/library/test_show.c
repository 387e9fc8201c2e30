/* Tests of common/show/gnuplot.h. */
#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "show/gnuplot.h"
#include "show/program.h"
#include "temporary.h"

Suite *show_suite(void);

/* gnuplot itself says what it has read. */
START_TEST(gnuplot_reads_texts_as_they_are) {
    const char *const texts[] = {
        "plain",      "it's",         "''",        "\"double\"",   "back\\slash\\n",
        "`echo bad`", "two\nlines\n", "@macro $x", "50 % {a}_1^2", "# no comment; no end",
    };
    const char *const arguments[] = {"gnuplot", "-", NULL};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        FILE *script = program_source(), *output = program_source();
        fputs("set print '-'\ntext = ", script);
        gnuplot_text(script, texts[i]);
        fputs("\nprint text\n", script);
        ck_assert_int_eq(program_run(arguments, script, output), 0);
        char read[64] = "", expected[64];
        rewind(output);
        ck_assert_uint_gt(fread(read, 1, sizeof read - 1, output), 0);
        fclose(output);
        snprintf(expected, sizeof expected, "%s\n", texts[i]);
        ck_assert_str_eq(read, expected);
    }
}
END_TEST

START_TEST(gnuplot_draws_or_leaves_the_file) {
    const char *path = temporary_file("picture.png", "old", 3);
    FILE *script = gnuplot_script(320, 200, "Sans,12");
    fputs("exit status 3\n", script);
    ck_assert_int_eq(gnuplot_try(script, path), 3);
    char read[8] = "";
    FILE *stream = fopen(path, "rb");
    ck_assert_uint_eq(fread(read, 1, sizeof read, stream), 3);
    fclose(stream);
    ck_assert_mem_eq(read, "old", 3);

    script = gnuplot_script(320, 200, "Sans,12");
    gnuplot_set(script, "title", "a 'title'");
    fputs("plot x\n", script);
    ck_assert_int_eq(gnuplot_try(script, path), 0);
    stream = fopen(path, "rb");
    ck_assert_uint_eq(fread(read, 1, sizeof read, stream), sizeof read);
    fclose(stream);
    ck_assert_mem_eq(read, "\x89PNG\r\n\x1a\n", 8);
}
END_TEST

Suite *show_suite(void) {
    Suite *suite = suite_create("show");
    TCase *tests = tcase_create("gnuplot");
    temporary_add(tests);
    tcase_add_test(tests, gnuplot_reads_texts_as_they_are);
    tcase_add_test(tests, gnuplot_draws_or_leaves_the_file);
    suite_add_tcase(suite, tests);
    return suite;
}
