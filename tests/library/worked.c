#include "worked.h"

#include <math.h>

void expect_near(const float *got, size_t count, const double *expected, double tolerance) {
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(fabs(got[i] - expected[i]) <= tolerance, "[%zu]: got %g, expected %g", i,
                      (double)got[i], expected[i]);
}

Trial trial_new(Shape inputs, DataFormat format, bool loops) {
    Trial trial = {.params = params_for_test(1)};
    trial.graph =
        graph_for_test(trial.params, (GraphOptions){.data_format = format, .loops = loops});
    trial.inputs = graph_input(trial.graph, "inputs", inputs);
    return trial;
}

void trial_set(const Trial *trial, const char *parameter, const float *values) {
    const Parameter *found = params_find(trial->params, parameter);
    ck_assert_ptr_nonnull(found);
    for (size_t i = 0; i < found->count; i++)
        parameter_values(found)[i] = values ? values[i] : 0;
}

float *trial_run(const Trial *trial, const float *inputs, const Tensor *outputs) {
    tensor_write(trial->inputs, inputs);
    graph_forward(trial->graph);
    float *values = memory_for_test(shape_count(tensor_shape(outputs)), sizeof *values);
    tensor_read(outputs, values);
    return values;
}

bool has_shape(const Tensor *tensor, int a, int b, int c, int d) {
    return shape_equal(tensor_shape(tensor), shape4(a, b, c, d));
}
