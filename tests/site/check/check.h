/* As much of Check as the library's tests use, for a page's WebAssembly: no processes, so the first
 * test that fails ends the program, and no time limits. */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct TCase TCase;
typedef struct Suite Suite;
typedef Suite SRunner;

typedef struct TTest {
    const char *name, *file;
    int line;
    void (*function)(int i);
} TTest;

#define START_TEST(name)                                                                           \
    static void name##_function(int _i);                                                           \
    static const TTest name##_test = {#name, __FILE__, __LINE__, name##_function};                 \
    static const TTest *name = &name##_test;                                                       \
    static void name##_function(int _i __attribute__((unused)))
#define END_TEST

Suite *suite_create(const char *name);
void suite_add_tcase(Suite *suite, TCase *tcase);

typedef void CheckFixture(void);
TCase *tcase_create(const char *name);
void tcase_add_loop_test(TCase *tcase, const TTest *test, int first, int end);
#define tcase_add_test(tcase, test) tcase_add_loop_test(tcase, test, 0, 1)
void tcase_add_checked_fixture(TCase *tcase, CheckFixture *setup, CheckFixture *teardown);
#define tcase_add_unchecked_fixture tcase_add_checked_fixture
static inline void tcase_set_timeout(TCase *tcase, double seconds) {
    (void)tcase;
    (void)seconds;
}

enum { CK_FORK, CK_SILENT, CK_NORMAL };
static inline SRunner *srunner_create(Suite *suite) {
    return suite;
}
static inline void srunner_set_fork_status(SRunner *runner, int status) {
    (void)runner;
    (void)status;
}
void srunner_run_all(SRunner *runner, int output);
int srunner_ntests_run(const SRunner *runner);
static inline int srunner_ntests_failed(const SRunner *runner) {
    (void)runner;
    return 0;
}
static inline void srunner_print(const SRunner *runner, int output) {
    (void)runner;
    (void)output;
}
static inline void srunner_free(SRunner *runner) {
    (void)runner;
}

/* What the tests ask of the system, and wasi-libc lacks: no program can be started; names end with
 * a number. */
static inline int execv(const char *path, char *const arguments[]) {
    (void)path;
    (void)arguments;
    return -1;
}
char *mkdtemp(char *template);

/* Ends the program. */
_Noreturn void check_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define ck_abort_msg(...) check_fail(__FILE__, __LINE__, __VA_ARGS__)
#define ck_assert_msg(condition, ...)                                                              \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg(__VA_ARGS__);                                                             \
    } while (0)
#define ck_assert(condition) ck_assert_msg(condition, "Assertion '%s' failed", #condition)

#define CHECK_COMPARE(type, format, a, operator, b)                                                \
    do {                                                                                           \
        type a_ = (a);                                                                             \
        type b_ = (b);                                                                             \
        ck_assert_msg(a_ operator b_, "Assertion '%s' failed: %s == " format ", %s == " format,    \
                      #a " " #operator" " #b, #a, a_, #b, b_);                                     \
    } while (0)
#define CHECK_INTEGER(a, operator, b) CHECK_COMPARE(intmax_t, "%jd", a, operator, b)
#define CHECK_UNSIGNED(a, operator, b) CHECK_COMPARE(uintmax_t, "%ju", a, operator, b)
#define CHECK_NUMBER(a, operator, b) CHECK_COMPARE(double, "%.9g", a, operator, b)
#define CHECK_POINTER(a, operator, b) CHECK_COMPARE(const void *, "%p", a, operator, b)

#define ck_assert_int_eq(a, b) CHECK_INTEGER(a, ==, b)
#define ck_assert_int_ne(a, b) CHECK_INTEGER(a, !=, b)
#define ck_assert_int_lt(a, b) CHECK_INTEGER(a, <, b)
#define ck_assert_int_le(a, b) CHECK_INTEGER(a, <=, b)
#define ck_assert_int_gt(a, b) CHECK_INTEGER(a, >, b)
#define ck_assert_int_ge(a, b) CHECK_INTEGER(a, >=, b)
#define ck_assert_uint_eq(a, b) CHECK_UNSIGNED(a, ==, b)
#define ck_assert_uint_ne(a, b) CHECK_UNSIGNED(a, !=, b)
#define ck_assert_uint_lt(a, b) CHECK_UNSIGNED(a, <, b)
#define ck_assert_uint_le(a, b) CHECK_UNSIGNED(a, <=, b)
#define ck_assert_uint_gt(a, b) CHECK_UNSIGNED(a, >, b)
#define ck_assert_double_eq(a, b) CHECK_NUMBER(a, ==, b)
#define ck_assert_double_lt(a, b) CHECK_NUMBER(a, <, b)
#define ck_assert_double_le(a, b) CHECK_NUMBER(a, <=, b)
#define ck_assert_double_gt(a, b) CHECK_NUMBER(a, >, b)
#define ck_assert_double_ge(a, b) CHECK_NUMBER(a, >=, b)
#define ck_assert_float_eq(a, b) CHECK_NUMBER(a, ==, b)
#define ck_assert_float_nan(a) ck_assert(isnan(a))
#define ck_assert_ptr_eq(a, b) CHECK_POINTER(a, ==, b)
#define ck_assert_ptr_null(a) CHECK_POINTER(a, ==, NULL)
#define ck_assert_ptr_nonnull(a) CHECK_POINTER(a, !=, NULL)
#define ck_assert_double_eq_tol(a, b, tolerance)                                                   \
    do {                                                                                           \
        double a_ = (a), b_ = (b);                                                                 \
        ck_assert_msg(fabs(a_ - b_) < (tolerance), "%s == %.9g, %s == %.9g", #a, a_, #b, b_);      \
    } while (0)
#define ck_assert_float_eq_tol ck_assert_double_eq_tol
#define ck_assert_str_eq(a, b)                                                                     \
    do {                                                                                           \
        const char *a_ = (a), *b_ = (b);                                                           \
        ck_assert_msg(strcmp(a_, b_) == 0, "%s == \"%s\", %s == \"%s\"", #a, a_, #b, b_);          \
    } while (0)
#define ck_assert_str_ne(a, b) ck_assert(strcmp(a, b) != 0)
#define ck_assert_mem_eq(a, b, bytes) ck_assert(memcmp(a, b, bytes) == 0)
#define ck_assert_mem_ne(a, b, bytes) ck_assert(memcmp(a, b, bytes) != 0)

#endif
