/* Tests of line_gradient(). */
#include "harness.h"

#include "pieces/descent.h"

static void expect(const double line[2], int count, const double *inputs, const double *targets,
                   const double gradient[2]) {
    /* With two examples a factor of 2 would have two meanings. */
    static const Factor factors[] = {
        {2, "the 2 of the square"}, {5, "the number of examples"}, {0, NULL}};
    float *got = output_floats("gradient", 2);
    line_gradient(input_floats("line", line, 2), count,
                  input_floats("inputs", inputs, (size_t)count),
                  input_floats("targets", targets, (size_t)count), got);
    expect_gradient("gradient", axes_line('i', 2), got, gradient, 1e-5,
                    count == 5 ? factors : NULL);
}

START_TEST(first_step) {
    expect((double[]){0, 0}, 2, (double[]){1, 3}, (double[]){3, 7}, (double[]){-24, -10});
}
END_TEST

START_TEST(second_step) {
    expect((double[]){2.4, 1}, 2, (double[]){1, 3}, (double[]){3, 7}, (double[]){4, 1.6});
}
END_TEST

START_TEST(one_example) {
    expect((double[]){3, -1}, 1, (double[]){2}, (double[]){4}, (double[]){4, 2});
}
END_TEST

START_TEST(least_loss) {
    expect((double[]){2, 1}, 4, (double[]){-1, 0, 2, 3}, (double[]){-1, 1, 5, 7},
           (double[]){0, 0}); /* four: their means are exact, so zero may be expected */
}
END_TEST

static double loss_at(double w, double b, int count, const double *inputs, const double *targets) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += (w * inputs[i] + b - targets[i]) * (w * inputs[i] + b - targets[i]);
    return sum / count;
}

/* The loss is a parabola in w and in b, so the difference quotient is its derivative for any
 * nudge. */
START_TEST(nudged) {
    enum { COUNT = 5 };
    for (uint64_t seed = 1; seed <= 10; seed++) {
        const double *inputs = random_values(seed, COUNT);
        const double *targets = random_values(seed + 100, COUNT);
        const double *line = random_values(seed + 200, 2);
        double w = line[0], b = line[1];
        const double gradient[] = {(loss_at(w + 0.5, b, COUNT, inputs, targets) -
                                    loss_at(w - 0.5, b, COUNT, inputs, targets)),
                                   (loss_at(w, b + 0.5, COUNT, inputs, targets) -
                                    loss_at(w, b - 0.5, COUNT, inputs, targets))};
        expect(line, COUNT, inputs, targets, gradient);
    }
}
END_TEST

void exercise_tests(void) {
    add_test(first_step, "w = b = 0, the lesson's two examples");
    add_test(second_step, "w = 2.4, b = 1, the same examples");
    add_test(one_example, "a single example");
    add_test(least_loss, "no error, no gradient");
    add_test(nudged, "five examples, w and b nudged both ways");
}
