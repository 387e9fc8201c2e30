/* Chapter 15: backward through a graph.
 *
 * Records a small residual block and walks it backward, counts what the walk holds in memory,
 * checks the gradients of chapters 2, 3 and 8 against differences, shows which epsilon differences
 * want, and runs two real blocks by the same walk. */
#include "base/memory.h"
#include "base/options.h"
#include "base/random.h"
#include "block.h"
#include "checks.h"
#include "drawing.h"
#include "epsilon.h"
#include "pieces/graph.h"
#include "show/table.h"
#include "tape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCKS = 3 };
static const float epsilon = 1.0f / 128;

typedef struct Options {
    uint64_t seed;
    const char *out;
    float weight;
    bool walk;
} Options;

static void read_backward(const OptionGiven *given) {
    static const char *const names[] = {"planned", "walk", NULL};
    *(bool *)given->place = option_choice(given->option, given->text, names) == 1;
}

static const Option rows[] = {
    {"weight", 0, "W", NUMBER_AT(Options, weight, -1000, 1000),
     "w of the small block y = x + relu(w * x) (default 1.5)"},
    {"backward", 0, "NAME", READ_AT(Options, walk, read_backward),
     "of the real blocks: planned (default), or walk: by backward_walk() too"},
    {"out", 0, "DIR", TEXT_AT(Options, out), "directory of pictures (default build/pictures)"},
    ROWS_AT(Options, seed, common_rows),
    {0}};

/* ---- a small block ---- */

/* y = x + relu(w * x). */
static Node *record_block(Tape *tape, Node *x, Node *w, const char *const names[3]) {
    Node *product = tape_multiply(tape, names[0], w, x);
    Node *branch = tape_relu(tape, names[1], product);
    return tape_add(tape, names[2], x, branch);
}

static void show_small_block(const Options *options) {
    Tape *tape = tape_new();
    float two = 2;
    Node *x = tape_value(tape, "x", 1, &two, true);
    Node *w = tape_value(tape, "w", 1, &options->weight, true);
    Node *y =
        record_block(tape, x, w, (const char *const[]){"m = w x", "f = relu(m)", "y = x + f"});
    Node *loss = tape_multiply(tape, "L = y y", y, y);
    int count;
    Node *const *nodes = tape_nodes(tape, &count);
    for (int i = 0; i < count; i++)
        nodes[i]->kept = true; /* to be shown */
    tape_backward(tape, loss);
    Table *table = table_new("node | value | gradient");
    for (int i = 0; i < count; i++)
        table_row(table, "%s | %g | %g", nodes[i]->name, (double)nodes[i]->values[0],
                  nodes[i]->gradient ? (double)nodes[i]->gradient[0] : (double)NAN);
    printf("A block and its loss, forward and backward:\n");
    table_print(table);
    draw_graph(count, nodes, options->out, "15_backpropagation.png");
    tape_free(tape);
}

/* ---- memory ---- */

/* How many values are in memory at the step. */
static int live_at(int count, const int *last, int step) {
    int live = 0;
    for (int i = 0; i < count; i++)
        live += i <= step && step <= last[i];
    return live;
}

static void show_lifetimes(int count, Node *const nodes[], const Options *options) {
    int *last = memory_new((size_t)count, sizeof *last), most = 0;
    last_uses(count, nodes, last);
    Table *table = table_new("step | what happens | values in memory");
    for (int step = 0; step < 2 * count; step++) {
        const Node *node = nodes[step < count ? step : 2 * count - 1 - step];
        int live = live_at(count, last, step);
        most = live > most ? live : most;
        if (step < count || node->backward)
            table_row(table, "%d | %s %s | %d", step, node->name,
                      step < count ? "is computed" : "goes backward", live);
    }
    table_print(table);
    printf("%d values, at most %d of them in memory\n", count, most);
    draw_lifetimes(count, nodes, last, options->out, "15_lifetimes.png");
    free(last);
}

static void show_memory(const Options *options) {
    static const char *const names[BLOCKS][4] = {
        {"w1", "m1", "f1", "y1"}, {"w2", "m2", "f2", "y2"}, {"w3", "m3", "f3", "y3"}};
    Tape *tape = tape_new();
    const float values[] = {2, 1};
    Node *y = tape_value(tape, "x", 2, values, false);
    for (int i = 0; i < BLOCKS; i++) {
        Node *w = tape_value(tape, names[i][0], 2, values, true);
        y = record_block(tape, y, w, &names[i][1]);
    }
    y = tape_multiply(tape, "L", y, y);
    int count, gradients = 0;
    Node *const *nodes = tape_nodes(tape, &count);
    printf("\n%d such blocks in a row, of arrays of %zu numbers:\n", BLOCKS, y->count);
    show_lifetimes(count, nodes, options);
    for (int i = 0; i < count; i++)
        gradients += nodes[i]->wants_gradient;
    size_t most = tape_backward(tape, y) / (y->count * sizeof(float));
    printf("%d gradients, at most %zu of them in memory\n", gradients, most);
    tape_free(tape);
}

/* ---- gradient checks ---- */

static void show_checks(uint64_t seed) {
    GradientCase cases[GRADIENT_CASES];
    gradient_cases(seed, cases);
    Table *table = table_new("function, and in what | inputs | outputs | relative error");
    for (int i = 0; i < GRADIENT_CASES; i++)
        table_row(table, "%s | %zu | %zu | %.1e", cases[i].name, cases[i].function.num_inputs,
                  cases[i].function.num_outputs,
                  check_gradient(&cases[i].function, cases[i].inputs, epsilon, seed));
    printf("\nGradients against central differences, epsilon = 1/128:\n");
    table_print(table);
}

/* The largest difference of backward's gradient from central differences, with this upstream. */
static double difference_for(const GradientCase *wrong, const float *d_outputs) {
    size_t count = wrong->function.num_inputs;
    float *analytic = memory_new(count, sizeof *analytic);
    double *numeric = memory_new(count, sizeof *numeric), largest = 0;
    wrong->function.backward(wrong->function.context, wrong->inputs, d_outputs, analytic);
    numeric_gradient(&wrong->function, wrong->inputs, d_outputs, epsilon, numeric);
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs((double)analytic[i] - numeric[i]));
    free(analytic);
    free(numeric);
    return largest;
}

static void show_wrong_gradients(uint64_t seed) {
    GradientCase cases[WRONG_GRADIENTS];
    wrong_gradients(seed, cases);
    size_t count = cases[0].function.num_outputs;
    float *ones = memory_new(count, sizeof *ones), *normal = memory_new(count, sizeof *normal);
    Random random = random_stream(seed, 0);
    for (size_t i = 0; i < count; i++) {
        ones[i] = 1;
        normal[i] = random_normal(&random);
    }
    Table *table = table_new("wrong gradient of batch norm | d_outputs 1 | d_outputs random");
    for (int i = 0; i < WRONG_GRADIENTS; i++)
        table_row(table, "%s | %.1e | %.1e", cases[i].name, difference_for(&cases[i], ones),
                  difference_for(&cases[i], normal));
    printf("\nTwo gradients that are wrong: the largest difference\n");
    table_print(table);
    free(ones);
    free(normal);
}

int main(int argc, char *argv[]) {
    Options options = {.seed = 1, .out = "build/pictures", .weight = 1.5f};
    options_read(rows, "Chapter 15: backward through a graph.", argc, argv, &options);
    show_small_block(&options);
    show_memory(&options);
    show_checks(options.seed);
    show_wrong_gradients(options.seed);
    show_epsilon(options.seed, options.out);
    show_block(options.seed, options.walk);
    return EXIT_SUCCESS;
}
