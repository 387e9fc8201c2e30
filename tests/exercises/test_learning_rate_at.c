/* Tests of learning_rate_at(). */
#include "harness.h"

#include "pieces/training.h"
#include <stdio.h>

/* One point of a schedule, worked out by hand from the equations in pieces/training.h. */
typedef struct Point {
    int step;
    double rate;
} Point;

static void try_points(Schedule schedule, int total_steps, const Point *points, int count) {
    for (int i = 0; i < count; i++) {
        float rate = learning_rate_at(&schedule, points[i].step, total_steps);
        record_output("rate", axes_line('i', 1), &rate);
    }
    for (int i = 0; i < count; i++) {
        static const char *const kinds[] = {[SCHEDULE_CONSTANT] = "constant",
                                            [SCHEDULE_STEPS] = "steps",
                                            [SCHEDULE_COSINE] = "cosine",
                                            [SCHEDULE_ONE_CYCLE] = "one cycle"};
        char what[96];
        snprintf(what, sizeof what, "learning_rate_at(step %d of %d; %s, peak %g, warmup %g)",
                 points[i].step, total_steps, kinds[schedule.kind], (double)schedule.peak,
                 (double)schedule.warmup);
        expect_number(what, (double)learning_rate_at(&schedule, points[i].step, total_steps),
                      points[i].rate, 1e-5);
    }
}

START_TEST(constant) {
    try_points((Schedule){SCHEDULE_CONSTANT, 0.3f, 0}, 100, (Point[]){{0, 0.3}, {99, 0.3}}, 2);
}
END_TEST

START_TEST(steps) {
    const Point points[] = {{0, 1}, {49, 1}, {50, 0.1}, {74, 0.1}, {75, 0.01}, {99, 0.01}};
    try_points((Schedule){SCHEDULE_STEPS, 1, 0}, 100, points, 6);
}
END_TEST

START_TEST(cosine) {
    const Point points[] = {{0, 2}, {25, 1.7071068}, {50, 1}, {75, 0.2928932}};
    try_points((Schedule){SCHEDULE_COSINE, 2, 0}, 100, points, 4);
}
END_TEST

START_TEST(warmup) {
    const Point points[] = {{0, 0.2}, {1, 0.4}, {3, 0.8}, {4, 1}, {15, 1}};
    try_points((Schedule){SCHEDULE_CONSTANT, 1, 0.25f}, 16, points, 5);
}
END_TEST

START_TEST(one_cycle) {
    const Point points[] = {{0, 0.2}, {3, 0.8}, {4, 1}, {7, 0.75}, {10, 0.5}, {13, 0.25}};
    try_points((Schedule){SCHEDULE_ONE_CYCLE, 1, 0.25f}, 16, points, 6);
}
END_TEST

START_TEST(cosine_after_warmup) {
    const Point points[] = {{1, 0.4}, {4, 1}, {10, 0.5}, {13, 0.1464466}};
    try_points((Schedule){SCHEDULE_COSINE, 1, 0.25f}, 16, points, 4);
}
END_TEST

START_TEST(steps_after_warmup) {
    const Point points[] = {{3, 0.8}, {4, 1}, {7, 1}, {8, 0.1}, {12, 0.01}};
    try_points((Schedule){SCHEDULE_STEPS, 1, 0.25f}, 16, points, 5);
}
END_TEST

/* A quarter of ten steps: w is 2.5. */
START_TEST(warmup_not_whole) {
    const Point points[] = {{0, 1.1428571}, {1, 2.2857143}, {2, 3.4285714},
                            {3, 3.7333333}, {5, 2.6666667}, {8, 1.0666667}};
    try_points((Schedule){SCHEDULE_ONE_CYCLE, 4, 0.25f}, 10, points, 6);
}
END_TEST

START_TEST(other_numbers) {
    const Point cosine[] = {{9, 2.7272727}, {10, 3}, {25, 1.5}, {35, 0.2009619}};
    const Point line[] = {{10, 0.5}, {25, 0.25}, {35, 0.0833333}};
    const Point steps[] = {{0, 0.6363636}, {10, 7}, {19, 7}, {20, 0.7}, {30, 0.07}};
    try_points((Schedule){SCHEDULE_COSINE, 3, 0.25f}, 40, cosine, 4);
    try_points((Schedule){SCHEDULE_ONE_CYCLE, 0.5f, 0.25f}, 40, line, 3);
    try_points((Schedule){SCHEDULE_STEPS, 7, 0.25f}, 40, steps, 5);
}
END_TEST

START_TEST(one_step) {
    try_points((Schedule){SCHEDULE_COSINE, 3, 0}, 1, (Point[]){{0, 3}}, 1);
    try_points((Schedule){SCHEDULE_STEPS, 3, 0}, 3, (Point[]){{1, 3}, {2, 0.3}}, 2);
}
END_TEST

void exercise_tests(void) {
    add_test(constant, "constant, without warm-up");
    add_test(steps, "steps: a tenth at half, a hundredth at three quarters");
    add_test(cosine, "half a cosine");
    add_test(warmup, "warm-up: a line up to the peak");
    add_test(one_cycle, "one cycle: a line up, a line down");
    add_test(cosine_after_warmup, "the cosine begins where the warm-up ends");
    add_test(steps_after_warmup, "the steps count from the run's beginning");
    add_test(warmup_not_whole, "a warm-up of two and a half steps");
    add_test(other_numbers, "40 steps, peaks 3, 1/2 and 7");
    add_test(one_step, "one step in all; three steps");
}
