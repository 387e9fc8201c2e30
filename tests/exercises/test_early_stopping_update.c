/* Tests of early_stopping_update(). */
#include "harness.h"

#include "pieces/training.h"

#include <math.h>
#include <stdio.h>

static const char *const verdicts[] = {[STOPPING_IMPROVED] = "STOPPING_IMPROVED",
                                       [STOPPING_WAIT] = "STOPPING_WAIT",
                                       [STOPPING_STOP] = "STOPPING_STOP"};

/* What should be after an epoch with this loss, worked out by hand. */
typedef struct Epoch {
    double loss;
    StoppingVerdict verdict;
    int best_epoch;
} Epoch;

static const char *verdict_name(StoppingVerdict verdict) {
    return (int)verdict >= 0 && (int)verdict <= STOPPING_STOP ? verdicts[verdict] : "no verdict";
}

static void expect_epoch(const EarlyStopping *stopping, const Epoch *epochs, int epoch,
                         StoppingVerdict verdict) {
    const Epoch *expected = &epochs[epoch - 1];
    if (verdict != expected->verdict)
        fail_test("Epoch %d, loss %g, returned %s, not %s (patience %d, min_delta %g).", epoch,
                  expected->loss, verdict_name(verdict), verdict_name(expected->verdict),
                  stopping->patience, (double)stopping->min_delta);
    char what[96];
    snprintf(what, sizeof what, "best_epoch after epoch %d, loss %g,", epoch, expected->loss);
    expect_integer(what, stopping->best_epoch, expected->best_epoch);
    if (expected->best_epoch == 0)
        return;
    snprintf(what, sizeof what, "best_loss after epoch %d, loss %g,", epoch, expected->loss);
    if (isinf(expected->loss) && expected->best_epoch == epoch)
        expect_integer(what, isinf(stopping->best_loss) != 0, 1);
    else
        expect_number(what, stopping->best_loss, epochs[expected->best_epoch - 1].loss, 1e-6);
}

/* All epochs are run and recorded before the first is judged, so that wrong answers show
 * themselves. */
static void try_epochs(int patience, double min_delta, const Epoch *epochs, int count) {
    EarlyStopping states[16];
    StoppingVerdict given[16];
    EarlyStopping stopping = {.patience = patience, .min_delta = (float)min_delta};
    for (int i = 0; i < count; i++) {
        given[i] = early_stopping_update(&stopping, i + 1, epochs[i].loss);
        states[i] = stopping;
        const float record[] = {(float)given[i], (float)stopping.best_epoch,
                                (float)stopping.best_loss};
        record_output("verdict, best_epoch, best_loss", axes_line('i', 3), record);
    }
    for (int i = 0; i < count; i++)
        expect_epoch(&states[i], epochs, i + 1, given[i]);
    expect_integer("patience, which is given,", stopping.patience, patience);
    expect_number("min_delta, which is given,", (double)stopping.min_delta,
                  (double)(float)min_delta, 0);
}

START_TEST(falling) {
    const Epoch epochs[] = {
        {0.9, STOPPING_IMPROVED, 1}, {0.5, STOPPING_IMPROVED, 2}, {0.25, STOPPING_IMPROVED, 3}};
    try_epochs(2, 0, epochs, 3);
}
END_TEST

START_TEST(first_is_large) {
    const Epoch epochs[] = {{40, STOPPING_IMPROVED, 1}, {30, STOPPING_IMPROVED, 2}};
    try_epochs(2, 0, epochs, 2);
}
END_TEST

START_TEST(rising) {
    const Epoch epochs[] = {{0.5, STOPPING_IMPROVED, 1},
                            {0.6, STOPPING_WAIT, 1},
                            {0.7, STOPPING_WAIT, 1},
                            {0.8, STOPPING_STOP, 1},
                            {0.9, STOPPING_STOP, 1}};
    try_epochs(3, 0, epochs, 5);
}
END_TEST

START_TEST(impatient) {
    const Epoch epochs[] = {
        {0.5, STOPPING_IMPROVED, 1}, {0.4, STOPPING_IMPROVED, 2}, {0.6, STOPPING_STOP, 2}};
    try_epochs(1, 0, epochs, 3);
}
END_TEST

START_TEST(zigzag) {
    const Epoch epochs[] = {{0.5, STOPPING_IMPROVED, 1},
                            {0.8, STOPPING_WAIT, 1},
                            {0.7, STOPPING_WAIT, 1},
                            {0.6, STOPPING_WAIT, 1},
                            {0.55, STOPPING_STOP, 1}};
    try_epochs(4, 0, epochs, 5);
}
END_TEST

START_TEST(in_a_row) {
    const Epoch epochs[] = {{0.9, STOPPING_IMPROVED, 1}, {1.0, STOPPING_WAIT, 1},
                            {0.8, STOPPING_IMPROVED, 3}, {0.85, STOPPING_WAIT, 3},
                            {0.7, STOPPING_IMPROVED, 5}, {0.9, STOPPING_WAIT, 5},
                            {0.75, STOPPING_STOP, 5}};
    try_epochs(2, 0, epochs, 7);
}
END_TEST

START_TEST(equal) {
    const Epoch epochs[] = {
        {0.5, STOPPING_IMPROVED, 1}, {0.5, STOPPING_WAIT, 1}, {0.5, STOPPING_STOP, 1}};
    try_epochs(2, 0, epochs, 3);
}
END_TEST

START_TEST(too_little) {
    const Epoch epochs[] = {{1, STOPPING_IMPROVED, 1},
                            {0.9375, STOPPING_WAIT, 1},
                            {0.75, STOPPING_IMPROVED, 3},
                            {0.625, STOPPING_WAIT, 3},
                            {0.626, STOPPING_STOP, 3}};
    try_epochs(2, 0.125, epochs, 5);
}
END_TEST

START_TEST(little_by_little) {
    const Epoch epochs[] = {{1, STOPPING_IMPROVED, 1},
                            {0.9375, STOPPING_WAIT, 1},
                            {0.8125, STOPPING_IMPROVED, 3},
                            {0.75, STOPPING_WAIT, 3},
                            {0.65, STOPPING_IMPROVED, 5}};
    try_epochs(3, 0.125, epochs, 5);
}
END_TEST

START_TEST(no_number) {
    const Epoch epochs[] = {{(double)NAN, STOPPING_WAIT, 0},
                            {0.7, STOPPING_IMPROVED, 2},
                            {(double)NAN, STOPPING_WAIT, 2},
                            {(double)NAN, STOPPING_STOP, 2}};
    try_epochs(2, 0, epochs, 4);
    const Epoch never[] = {{(double)NAN, STOPPING_WAIT, 0}, {(double)NAN, STOPPING_STOP, 0}};
    try_epochs(2, 0, never, 2);
}
END_TEST

START_TEST(infinite_at_first) {
    const Epoch epochs[] = {{(double)INFINITY, STOPPING_IMPROVED, 1}, {0.7, STOPPING_IMPROVED, 2}};
    try_epochs(2, 0, epochs, 2);
}
END_TEST

START_TEST(loss_of_zero) {
    const Epoch epochs[] = {
        {0, STOPPING_IMPROVED, 1}, {0.5, STOPPING_WAIT, 1}, {0.25, STOPPING_STOP, 1}};
    try_epochs(2, 0, epochs, 3);
}
END_TEST

/* A loss may be below 0 where it is no cross-entropy. */
START_TEST(negative_losses) {
    const Epoch epochs[] = {{-1, STOPPING_IMPROVED, 1},
                            {-1.25, STOPPING_WAIT, 1},
                            {-1.75, STOPPING_IMPROVED, 3},
                            {0, STOPPING_WAIT, 3}};
    try_epochs(5, 0.5, epochs, 4);
}
END_TEST

void exercise_tests(void) {
    add_test(falling, "every epoch is better");
    add_test(first_is_large, "the first epoch is always the best so far");
    add_test(rising, "the loss only rises: stop after patience epochs");
    add_test(impatient, "patience 1");
    add_test(zigzag, "better than the epoch before is not better than the best");
    add_test(in_a_row, "an improvement renews the patience");
    add_test(equal, "an equal loss is no improvement");
    add_test(too_little, "less than min_delta, or just that, is no improvement");
    add_test(little_by_little, "small steps add up against the best loss");
    add_test(no_number, "a loss that is not a number");
    add_test(loss_of_zero, "a loss of exactly 0 is a loss like any other");
    add_test(infinite_at_first, "a first loss that is infinite, which is a number");
    add_test(negative_losses, "losses below 0, min_delta 0.5, patience 5");
}
