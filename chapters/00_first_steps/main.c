/* Chapter 0: what training is.
 *
 * Trains a network of two numbers, in floats that can be followed by hand; then one of 7,850, which
 * tells garments apart, by the same step. */
#include <math.h>
#include <omp.h>
#include <stdio.h>

#include "descent_picture.h"
#include "garments.h"
#include "pieces/descent.h"
#include "show/options.h"
#include "show/table.h"

/* ---- a network of two numbers: y = w x + b ---- */

enum { EXAMPLES = 2, STEPS = 3 };

static const float inputs[EXAMPLES] = {1, 3}, targets[EXAMPLES] = {3, 7};

static float predict(const float line[2], float x) {
    return line[0] * x + line[1];
}

static float mean_squared_loss(const float line[2]) {
    float sum = 0;
    for (int i = 0; i < EXAMPLES; i++) {
        float error = predict(line, inputs[i]) - targets[i];
        sum += error * error;
    }
    return sum / EXAMPLES;
}

static void show_steps(void) {
    const float learning_rate = 0.1f;
    float line[] = {0, 0}, gradient[2];
    Table *table = table_new("steps | w | b | y for x = 1 | y for x = 3 | loss | d_w | d_b");
    for (int step = 0; step <= STEPS; step++) {
        line_gradient(line, EXAMPLES, inputs, targets, gradient);
        table_row(table, "%d | %.4g | %.4g | %.4g | %.4g | %.4g | %.3f | %.3f", step,
                  (double)line[0], (double)line[1], (double)predict(line, inputs[0]),
                  (double)predict(line, inputs[1]), (double)mean_squared_loss(line),
                  (double)gradient[0], (double)gradient[1]);
        gradient_descent_step(2, learning_rate, gradient, line);
    }
    printf("A network of two numbers, y = w x + b, learning rate 0.1:\n");
    table_print(table);
}

static float loss_after(int steps, float learning_rate) {
    float line[] = {0, 0}, gradient[2];
    for (int step = 0; step < steps; step++) {
        line_gradient(line, EXAMPLES, inputs, targets, gradient);
        gradient_descent_step(2, learning_rate, gradient, line);
    }
    return mean_squared_loss(line);
}

static void show_learning_rates(void) {
    static const int steps[] = {0, 1, 2, 3, 10, 100};
    Table *table = table_new("steps | rate 0.01 | rate 0.1 | rate 0.2");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        table_row(table, "%d | %.4g | %.4g | %.4g", steps[i], (double)loss_after(steps[i], 0.01f),
                  (double)loss_after(steps[i], 0.1f), (double)loss_after(steps[i], 0.2f));
    printf("\nThe loss with three learning rates:\n");
    table_print(table);
}

/* ---- softmax ---- */

static void show_softmax(void) {
    static const double logits[] = {2, 1, 0};
    double sum = 0;
    for (int k = 0; k < 3; k++)
        sum += exp(logits[k]);
    Table *table = table_new("class | logit | exp(logit) | probability | loss if it is the label");
    for (int k = 0; k < 3; k++)
        table_row(table, "%d | %g | %.3f | %.3f | %.3f", k, logits[k], exp(logits[k]),
                  exp(logits[k]) / sum, -log(exp(logits[k]) / sum));
    printf("\nThree logits, and what softmax makes of them:\n");
    table_print(table);
}

int main(int argc, char *argv[]) {
    ShowOptions options =
        show_options(argc, argv, "Chapter 0: a network of two numbers, and one of 7,850.");
    if (!options_threads_chosen())
        omp_set_num_threads(1); /* networks this small lose more by waiting than threads gain */
    show_steps();
    show_learning_rates();
    descent_picture(inputs, targets, EXAMPLES, options.out);
    show_softmax();
    show_garments(&options);
    return 0;
}
