/* Runs the suites named in the arguments, all of them without any. The last line is
 * "N passed, N failed"; the exit status is 0 only if none failed. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *angles_suite(void);
Suite *base_suite(void);
Suite *classify_suite(void);
Suite *conv2d_suite(void);
Suite *data_suite(void);
Suite *export_suite(void);
Suite *graph_suite(void);
Suite *kernels_suite(void);
Suite *layers_suite(void);
Suite *loops_suite(void);
Suite *original_suite(void);
Suite *resnet_suite(void);
Suite *show_suite(void);
Suite *training_suite(void);
Suite *worked_suite(void);

static const struct {
    const char *name;
    Suite *(*make)(void);
} suites[] = {
    {"base", base_suite},       {"classify", classify_suite}, {"data", data_suite},
    {"kernels", kernels_suite}, {"conv2d", conv2d_suite},     {"loops", loops_suite},
    {"graph", graph_suite},     {"layers", layers_suite},     {"original", original_suite},
    {"resnet", resnet_suite},   {"training", training_suite}, {"worked", worked_suite},
    {"export", export_suite},   {"angles", angles_suite},     {"show", show_suite},
};

enum { SUITES = sizeof suites / sizeof suites[0] };

typedef struct Totals {
    int passed, failed;
} Totals;

static Totals run(int number) {
    printf("%s: ", suites[number].name);
    fflush(stdout); /* the tests' processes would print it again */
    SRunner *runner = srunner_create(suites[number].make());
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    Totals totals = {srunner_ntests_run(runner) - failed, failed};
    printf("%d passed, %d failed\n", totals.passed, totals.failed);
    if (failed > 0)
        srunner_print(runner, CK_NORMAL); /* place, test and message of each */
    srunner_free(runner);
    return totals;
}

static int find(const char *name) {
    for (int i = 0; i < SUITES; i++)
        if (strcmp(suites[i].name, name) == 0)
            return i;
    fprintf(stderr, "error: there is no suite %s; use", name);
    for (int i = 0; i < SUITES; i++)
        fprintf(stderr, " %s", suites[i].name);
    fprintf(stderr, "\n");
    exit(EXIT_FAILURE);
}

/* Threads that wait by spinning take the cores from those they wait for when the machine is busy.
 * OpenMP reads its environment when the program starts, so the program starts again. */
static void wait_without_spinning(char **arguments) {
    if (!getenv("OMP_WAIT_POLICY") && setenv("OMP_WAIT_POLICY", "passive", 0) == 0)
        execv("/proc/self/exe", arguments);
}

int main(int count, char **arguments) {
    wait_without_spinning(arguments);
    setenv("CK_DEFAULT_TIMEOUT", "60", 0);
    bool chosen[SUITES] = {false};
    for (int i = 1; i < count; i++)
        chosen[find(arguments[i])] = true;
    Totals totals = {0};
    for (int i = 0; i < SUITES; i++) {
        if (count > 1 && !chosen[i])
            continue;
        Totals of_suite = run(i);
        totals.passed += of_suite.passed;
        totals.failed += of_suite.failed;
    }
    printf("%d passed, %d failed\n", totals.passed, totals.failed);
    return totals.failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
