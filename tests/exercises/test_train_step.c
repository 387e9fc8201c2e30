/* Tests of train_step(). */
#include "linear_network.h"

#include "training/optimizer.h"

enum { BATCH = 5, KERNEL = LINEAR_PIXELS * LINEAR_CLASSES };

/* What training should do to kernel and bias, in double. */
typedef struct Expected {
    double kernel[KERNEL], bias[LINEAR_CLASSES];
    double kernel_velocity[KERNEL], bias_velocity[LINEAR_CLASSES];
} Expected;

static void descend(double *value, double *velocity, double gradient, SgdOptions options) {
    *velocity = (double)options.momentum * *velocity + gradient;
    double step = options.nesterov ? gradient + (double)options.momentum * *velocity : *velocity;
    *value -= (double)options.learning_rate * step;
}

/* One step of softmax regression; returns the loss before it. */
static double expected_step(Expected *e, const double *images, const int *labels,
                            SgdOptions options) {
    double logits[BATCH * LINEAR_CLASSES], probabilities[BATCH * LINEAR_CLASSES];
    for (int n = 0; n < BATCH; n++)
        for (int k = 0; k < LINEAR_CLASSES; k++) {
            double sum = e->bias[k];
            for (int i = 0; i < LINEAR_PIXELS; i++)
                sum += images[n * LINEAR_PIXELS + i] * e->kernel[i * LINEAR_CLASSES + k];
            logits[n * LINEAR_CLASSES + k] = sum;
        }
    double loss = reference_softmax(BATCH, LINEAR_CLASSES, 0, logits, labels, probabilities);
    for (int k = 0; k < LINEAR_CLASSES; k++) {
        double d_bias = 0, d_kernel[LINEAR_PIXELS] = {0};
        for (int n = 0; n < BATCH; n++) {
            double d_logit = (probabilities[n * LINEAR_CLASSES + k] - (labels[n] == k)) / BATCH;
            d_bias += d_logit;
            for (int i = 0; i < LINEAR_PIXELS; i++)
                d_kernel[i] += d_logit * images[n * LINEAR_PIXELS + i];
        }
        descend(&e->bias[k], &e->bias_velocity[k], d_bias, options);
        for (int i = 0; i < LINEAR_PIXELS; i++)
            descend(&e->kernel[i * LINEAR_CLASSES + k], &e->kernel_velocity[i * LINEAR_CLASSES + k],
                    d_kernel[i], options);
    }
    return loss;
}

static void try_steps(int steps, SgdOptions options) {
    Params *params = params_new(1);
    Network network = linear_network(params, BATCH, true);
    Optimizer *optimizer = optimizer_new(params, 0, NULL);
    const float *kernel = parameter_values(params_find(params, "logits/kernel"));
    const float *bias = parameter_values(params_find(params, "logits/bias"));
    Expected expected = {0};
    for (int i = 0; i < KERNEL; i++)
        expected.kernel[i] = (double)kernel[i];
    for (int k = 0; k < LINEAR_CLASSES; k++)
        expected.bias[k] = (double)bias[k];

    double expected_loss = 0;
    float loss = 0;
    for (int step = 0; step < steps; step++) {
        double *images = random_values(10 + (uint64_t)step, BATCH * LINEAR_PIXELS);
        double labels[BATCH];
        int label_numbers[BATCH];
        for (int n = 0; n < BATCH; n++)
            labels[n] = label_numbers[n] = (n * 3 + step) % LINEAR_CLASSES;
        expected_loss = expected_step(&expected, images, label_numbers, options);
        loss = train_step(&network, optimizer, options,
                          input_floats("images", images, BATCH * LINEAR_PIXELS),
                          input_floats("labels", labels, BATCH));
    }
    record_output("loss", axes_line('i', 1), &loss);
    record_output("bias", axes_line('k', LINEAR_CLASSES), bias);
    record_output("kernel", axes_line('i', KERNEL), kernel);
    expect_number("the loss that train_step returned", (double)loss, expected_loss, 1e-4);
    expect_values("bias after the step", axes_line('k', LINEAR_CLASSES), bias, expected.bias, 1e-4);
    expect_values("kernel after the step", axes("ik", (int[]){LINEAR_PIXELS, LINEAR_CLASSES}),
                  kernel, expected.kernel, 1e-4);
}

START_TEST(one_step) {
    try_steps(1, (SgdOptions){.learning_rate = 0.5f});
}
END_TEST

START_TEST(three_steps) {
    try_steps(3, (SgdOptions){.learning_rate = 0.5f, .momentum = 0.5f});
}
END_TEST

START_TEST(other_options) {
    try_steps(4, (SgdOptions){.learning_rate = 0.2f, .momentum = 0.75f, .nesterov = true});
}
END_TEST

void exercise_tests(void) {
    add_test(one_step, "one step of a linear network, loss and parameters");
    add_test(three_steps, "three steps on three batches, with momentum");
    add_test(other_options, "four steps with Nesterov's momentum: the options are passed on");
}
