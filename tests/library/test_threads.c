/* Tests of the number of threads beside other programs. What the machine does meanwhile does not
 * matter: seconds of processors are made up. */
#include "cases.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "base/options.h"
#include "training/threads.h"

enum { SECONDS = 1000000 };

/* The number of threads where others use so many processors. */
static int beside(double others, int processors, int now, int most) {
    ThreadsTimes spent = {.clock = 0.25, .busy = 0.25 * (others + 0.9 * now), .own = 0.225 * now};
    return threads_beside(spent, processors, now, most);
}

START_TEST(threads_leave_what_others_use) {
    static const struct {
        double others;
        int processors, now, most, expected;
    } rows[] = {
        {0, 2, 2, 2, 2},      {1, 2, 2, 2, 1},        {1, 2, 1, 2, 1},        {0, 2, 1, 2, 2},
        {2 / 3., 2, 2, 2, 1}, {0.5, 2, 2, 2, 1},      {0.3, 2, 2, 2, 2},      {0.3, 2, 1, 2, 1},
        {0.1, 2, 1, 2, 2},    {1.9, 2, 2, 2, 1},      {2.1, 2, 1, 2, 1},      {-0.1, 2, 2, 2, 2},
        {3, 8, 8, 8, 5},      {2.7, 8, 8, 8, 5},      {2.7, 8, 5, 8, 5},      {2.1, 8, 5, 8, 6},
        {0, 8, 1, 8, 8},      {8, 8, 8, 8, 1},        {5, 8, 2, 2, 2},        {6.5, 8, 2, 2, 1},
        {1, 1, 1, 1, 1},      {0.05, 64, 63, 64, 64}, {0.35, 64, 64, 64, 64},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(beside(rows[i].others, rows[i].processors, rows[i].now, rows[i].most) ==
                          rows[i].expected,
                      "%d of %d processors, %.2f in use by others: not %d threads after %d",
                      rows[i].most, rows[i].processors, rows[i].others, rows[i].expected,
                      rows[i].now);
}
END_TEST

/* What one number of threads leads to, the next look keeps. */
START_TEST(threads_come_to_rest) {
    for (int hundredths = 0; hundredths <= 900; hundredths++)
        for (int now = 1; now <= 8; now++) {
            double others = (hundredths + 0.5) / 100;
            int next = beside(others, 8, now, 8);
            ck_assert_int_eq(beside(others, 8, next, 8), next);
        }
}
END_TEST

/* Two trainings that look in turns; each thread gets as much of the processors as any other. */
START_TEST(threads_of_two_trainings_share_the_processors) {
    for (int processors = 2; processors <= 16; processors++)
        for (int first = 1; first <= processors; first++) {
            int threads[2] = {first, processors};
            for (int look = 0; look < 8; look++) {
                int *own = &threads[look % 2], other = threads[1 - look % 2];
                double share = fmin(1, (double)processors / (*own + other));
                *own = beside(other * share, processors, *own, processors);
            }
            ck_assert_int_eq(threads[0] + threads[1], processors);
        }
}
END_TEST

START_TEST(threads_read_a_processors_line) {
    int processor = -1;
    ck_assert_double_eq(
        threads_busy_ticks("cpu12 1 20 300 4000 50000 600000 7000000 8 9 9\n", &processor),
        7600321);
    ck_assert_int_eq(processor, 12);
    ck_assert_double_eq(threads_busy_ticks("cpu0 1 0 2 9 9 3 4\n", &processor), 10);
    ck_assert_int_eq(processor, 0);
    static const char *const others[] = {"cpu  1 2 3 4 5 6 7 8 9 10\n", "intr 1 2 3 4 5 6 7 8\n",
                                         "cpu1 1 2 3 4 5 6\n", "cpus 1 2 3 4 5 6 7 8\n", ""};
    for (int i = 0; i < 5; i++)
        ck_assert_double_eq(threads_busy_ticks(others[i], &processor), -1);
}
END_TEST

/* A time in which others used so many processors, so long that the real one does not count. */
static void look_after(Threads *threads, double processors) {
    threads->last.clock -= SECONDS;
    threads->last.busy -= SECONDS * processors;
    threads->next = 0;
    threads_look(threads);
}

START_TEST(threads_go_and_come_back) {
    unsetenv("OMP_NUM_THREADS");
    int processors = omp_get_num_procs();
    omp_set_num_threads(processors + 1);
    Threads threads = threads_watch();
    ck_assert_int_eq(threads.most, processors + 1);
    bool can = threads.may_adapt; /* not without /proc/stat */
    look_after(&threads, processors);
    ck_assert_int_eq(omp_get_max_threads(), can ? 1 : processors + 1);
    threads.last.clock -= SECONDS;
    threads.next = (double)INFINITY;
    threads_look(&threads);
    ck_assert_int_eq(omp_get_max_threads(), can ? 1 : processors + 1);
    look_after(&threads, 0);
    ck_assert_int_eq(omp_get_max_threads(), can ? processors : processors + 1);
    threads_unwatch(&threads);
    ck_assert_int_eq(omp_get_max_threads(), processors + 1);
}
END_TEST

static void check_that_they_stay(int number) {
    Threads threads = threads_watch();
    ck_assert(!threads.may_adapt);
    look_after(&threads, omp_get_num_procs());
    ck_assert_int_eq(omp_get_max_threads(), number);
}

START_TEST(threads_that_were_chosen_stay) {
    unsetenv("OMP_NUM_THREADS");
    omp_set_num_threads(1);
    check_that_they_stay(1);
    omp_set_num_threads(2);
    setenv("OMP_NUM_THREADS", "2", 1);
    check_that_they_stay(2);
    unsetenv("OMP_NUM_THREADS");
    ck_assert(!options_threads_chosen());
    char *line[] = {"program", "--threads", "3", NULL};
    options_read(thread_rows, "A program.", 3, line, NULL);
    check_that_they_stay(3);
}
END_TEST

TCase *threads_tests(void) {
    TCase *tests = tcase_create("threads");
    tcase_add_test(tests, threads_leave_what_others_use);
    tcase_add_test(tests, threads_come_to_rest);
    tcase_add_test(tests, threads_of_two_trainings_share_the_processors);
    tcase_add_test(tests, threads_read_a_processors_line);
    tcase_add_test(tests, threads_go_and_come_back);
    tcase_add_test(tests, threads_that_were_chosen_stay);
    return tests;
}
