/* Random small graphs, run by the vectorised kernels and by the textbook loops. */
#include <omp.h>

#include "cases.h"
#include "graph_twins.h"

enum { TESTS = 16, GRAPHS_A_TEST = 40 };

static bool check_graph(int number, DataFormat format) {
    Recording *fast = random_graph_new(number, format, false);
    Recording *loops = random_graph_new(number, format, true);
    bool compared = twins_agree(fast, loops, number);
    random_graph_free(fast);
    random_graph_free(loops);
    return compared;
}

START_TEST(random_graphs_agree) {
    omp_set_num_threads(1); /* tiny graphs gain nothing from threads */
    int compared = 0;
    for (int i = 0; i < GRAPHS_A_TEST; i++)
        compared += check_graph(_i * GRAPHS_A_TEST + i, i / 2 % 2 ? CHANNELS_FIRST : CHANNELS_LAST);
    ck_assert_int_gt(compared, GRAPHS_A_TEST / 2);
}
END_TEST

TCase *fuzz_tests(void) {
    TCase *tests = tcase_create("random graphs");
    tcase_add_loop_test(tests, random_graphs_agree, 0, TESTS);
    return tests;
}
