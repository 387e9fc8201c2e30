/* Tests of common/base/csv.h. */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "expect_error.h"
#include "temporary.h"

TCase *csv_tests(void);

typedef struct Row {
    const char *name;
    int count;
    uint64_t seed;
    double loss, rate;
} Row;

static const CsvColumn columns[] = {
    {"name", CSV_TEXT, offsetof(Row, name), 0},   {"count", CSV_INT, offsetof(Row, count), 0},
    {"seed", CSV_UINT64, offsetof(Row, seed), 0}, {"loss", CSV_DECIMALS, offsetof(Row, loss), 3},
    {"rate", CSV_DIGITS, offsetof(Row, rate), 6},
};

static const CsvTable table = {.what = "a test's table",
                               .missing = "write it first",
                               .row_bytes = sizeof(Row),
                               .num_columns = 5,
                               .columns = columns};

static void assert_content(const char *path, const char *expected) {
    char text[400] = "";
    FILE *stream = fopen(path, "r");
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, stream), 0);
    fclose(stream);
    ck_assert_str_eq(text, expected);
}

START_TEST(csv_gives_rows_back) {
    const Row rows[] = {{"plain", -3, UINT64_MAX, 0.1234, 0.1},
                        {"a, b", 2147483647, 0, 12, 1e-7},
                        {"\"c\"", 0, 1, -0.5, 1234567},
                        {"", 4, 2, 1.0 / 3, 2}};
    const char *path = temporary_path("rows.csv");
    csv_write(&table, path, rows, 4);
    assert_content(path, "name,count,seed,loss,rate\n"
                         "plain,-3,18446744073709551615,0.123,0.1\n"
                         "\"a, b\",2147483647,0,12.000,1e-07\n"
                         "\"\"\"c\"\"\",0,1,-0.500,1.23457e+06\n"
                         ",4,2,0.333,2\n");
    Arena *arena = arena_new();
    int count;
    Row *read = csv_read(&table, path, arena, &count);
    ck_assert_int_eq(count, 4);
    for (int i = 0; i < 4; i++) {
        ck_assert_str_eq(read[i].name, rows[i].name);
        ck_assert_int_eq(read[i].count, rows[i].count);
        ck_assert_uint_eq(read[i].seed, rows[i].seed);
        ck_assert_double_eq_tol(read[i].loss, rows[i].loss, 5.01e-4);
    }
    ck_assert_double_eq(read[1].rate, 1e-7);
    ck_assert_double_eq(read[2].rate, 1234570);
    csv_write(&table, path, read, 0);
    assert_content(path, "name,count,seed,loss,rate\n");
    free(csv_read(&table, path, arena, &count));
    ck_assert_int_eq(count, 0);
    free(read);
    arena_free(arena);
}
END_TEST

static void read_table(const void *path) {
    int count;
    csv_read(&table, path, arena_new(), &count);
}

START_TEST(csv_says_what_is_wrong) {
    const struct {
        const char *text, *line, *found, *expected;
    } cases[] = {
        {"name,count,seed,loss\n", "header", "a test's table", "from name to rate"},
        {"name,count,seed,loss,rate,more\n", "header", "a test's table", "5 columns"},
        {"name,count,seed,loss,rate\na,1,2,3,4\na,1,2,3\n", "line 3", "4 cells", "has 5"},
        {"name,count,seed,loss,rate\na,1,2,3,4,5\n", "line 2", "6 cells", "has 5"},
        {"name,count,seed,loss,rate\na,1.5,2,3,4\n", "line 2", "count is \"1.5\"", "whole number"},
        {"name,count,seed,loss,rate\na,2147483648,2,3,4\n", "line 2", "2147483648", "whole number"},
        {"name,count,seed,loss,rate\na,1,-2,3,4\n", "line 2", "seed is \"-2\"", "whole number"},
        {"name,count,seed,loss,rate\na,1,18446744073709551616,3,4\n", "line 2", "709551616",
         "whole number"},
        {"name,count,seed,loss,rate\na,1,,3,4\n", "line 2", "seed is \"\"", "whole number"},
        {"name,count,seed,loss,rate\r\na,1,2,3,4x\r\n", "line 2", "rate is \"4x\"", "not a number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = temporary_file("bad.csv", cases[i].text, strlen(cases[i].text));
        expect_error(read_table, path, path, cases[i].line, cases[i].found, cases[i].expected,
                     "move the file away", NULL);
    }
    const char *empty = temporary_file("empty.csv", "", 0);
    expect_error(read_table, empty, empty, "is empty", "write it first", NULL);
    const char *missing = temporary_path("missing.csv");
    expect_error(read_table, missing, missing, "No such file", "write it first", NULL);
    expect_error(read_table, temporary_path(""), "Is a directory", NULL);
}
END_TEST

TCase *csv_tests(void) {
    TCase *tests = tcase_create("csv");
    temporary_add(tests);
    tcase_add_test(tests, csv_gives_rows_back);
    tcase_add_test(tests, csv_says_what_is_wrong);
    return tests;
}
