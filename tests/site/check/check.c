#include <check.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { MOST = 256 };

typedef struct Loop {
    const TTest *test;
    int first, end;
} Loop;

typedef struct Around {
    CheckFixture *setup, *teardown; /* or NULL */
} Around;

struct TCase {
    Loop loops[MOST];
    Around fixtures[MOST];
    int count, fixture_count;
};

struct Suite {
    TCase *cases[MOST];
    int count, ran;
};

static const TTest *running;
static int turn;

void check_fail(const char *file, int line, const char *format, ...) {
    va_list values;
    va_start(values, format);
    printf("%s:%d: %s:%d: ", file, line, running->name, turn);
    vprintf(format, values);
    va_end(values);
    printf("\n0 passed, 1 failed\n");
    exit(EXIT_FAILURE);
}

char *mkdtemp(char *template) {
    static int number;
    snprintf(template + strlen(template) - strlen("XXXXXX"), sizeof "XXXXXX", "%06d", number++);
    return mkdir(template, 0777) == 0 ? template : NULL;
}

static void *make(size_t bytes) {
    void *memory = calloc(1, bytes);
    return memory ? memory : (abort(), NULL);
}

static int next(int *count) {
    return *count < MOST ? (*count)++ : (abort(), 0);
}

Suite *suite_create(const char *name) {
    (void)name;
    return make(sizeof(Suite));
}

void suite_add_tcase(Suite *suite, TCase *tcase) {
    suite->cases[next(&suite->count)] = tcase;
}

TCase *tcase_create(const char *name) {
    (void)name;
    return make(sizeof(TCase));
}

void tcase_add_loop_test(TCase *tcase, const TTest *test, int first, int end) {
    tcase->loops[next(&tcase->count)] = (Loop){test, first, end};
}

void tcase_add_checked_fixture(TCase *tcase, CheckFixture *setup, CheckFixture *teardown) {
    tcase->fixtures[next(&tcase->fixture_count)] = (Around){setup, teardown};
}

static void run(const TCase *tcase, const TTest *test, int i) {
    running = test;
    turn = i;
    const Around *first = tcase->fixtures, *end = first + tcase->fixture_count;
    for (const Around *around = first; around < end; around++)
        if (around->setup)
            around->setup();
    test->function(i);
    for (const Around *around = end; around-- > first;)
        if (around->teardown)
            around->teardown();
}

void srunner_run_all(SRunner *runner, int output) {
    (void)output;
    for (TCase **tcase = runner->cases; tcase < runner->cases + runner->count; tcase++)
        for (Loop *loop = (*tcase)->loops; loop < (*tcase)->loops + (*tcase)->count; loop++)
            for (int i = loop->first; i < loop->end; i++, runner->ran++)
                run(*tcase, loop->test, i);
}

int srunner_ntests_run(const SRunner *runner) {
    return runner->ran;
}
