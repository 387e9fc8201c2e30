/* Tests of common/export: files are read back by protobuf-c after the ONNX project's description,
 * and compared with the recorded graph. tests/onnx runs networks in ONNX Runtime. */
#include <string.h>

#include "expect_error.h"
#include "graph/inspect.h"
#include "layers/layers.h"
#include "models/resnet.h"
#include "onnx_file.h"
#include "temporary.h"

Suite *export_suite(void);

static Graph *new_graph(DataFormat format) {
    return graph_new(params_new(3), (GraphOptions){.data_format = format});
}

static void free_graph(Graph *graph) {
    Params *params = graph_params(graph);
    graph_free(graph);
    params_free(params);
}

/* Images of 9 x 7 pixels and 2 channels. */
static Tensor *new_images(Graph *graph) {
    return graph_input(graph, "images", shape_image(graph_data_format(graph), 5, 9, 7, 2));
}

static Tensor *head(Tensor *images) {
    return dense(flatten(global_average_pool2d(images)), (DenseOptions){.units = 3});
}

/* ---- the frame ---- */

static void expect_value(const Onnx__ValueInfoProto *value, const char *name, size_t rank,
                         const int64_t *sizes) {
    ck_assert_str_eq(value->name, name);
    ck_assert_int_eq(value->type->value_case, ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE);
    const Onnx__TypeProto__Tensor *type = value->type->tensor_type;
    ck_assert_int_eq(type->elem_type, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
    ck_assert_uint_eq(type->shape->n_dim, rank);
    ck_assert_str_eq(type->shape->dim[0]->dim_param, "batch");
    for (size_t i = 1; i < rank; i++)
        ck_assert_int_eq(type->shape->dim[i]->dim_value, sizes[i]);
}

START_TEST(frame_describes_inputs_and_outputs) {
    static const char *const names[] = {"T-shirt/top", "Trouser", "M\303\274tze"};
    Graph *graph = new_graph(_i ? CHANNELS_FIRST : CHANNELS_LAST);
    Onnx__ModelProto *model =
        onnx_written(head(new_images(graph)), (OnnxOptions){.class_names = names});
    ck_assert_int_eq(model->ir_version, 7);
    ck_assert_uint_eq(model->n_opset_import, 1);
    ck_assert_str_eq(model->opset_import[0]->domain, "");
    ck_assert_int_eq(model->opset_import[0]->version, 13);
    ck_assert_uint_eq(model->n_metadata_props, 1);
    ck_assert_str_eq(model->metadata_props[0]->key, "class_names");
    ck_assert_str_eq(model->metadata_props[0]->value, "T-shirt/top\nTrouser\nM\303\274tze");
    ck_assert_str_eq(model->graph->name, "test");
    ck_assert_uint_eq(model->graph->n_input, 1);
    expect_value(model->graph->input[0], "images", 4, (const int64_t[]){0, 2, 9, 7});
    ck_assert_uint_eq(model->graph->n_output, 1);
    expect_value(model->graph->output[0], "dense", 2, (const int64_t[]){0, 3});
    onnx__model_proto__free_unpacked(model, NULL);
    free_graph(graph);
}
END_TEST

START_TEST(frame_normalises) {
    const float mean[] = {0.25f, 0.5f}, deviation[] = {2, 4};
    Graph *graph = new_graph(CHANNELS_LAST);
    Onnx__ModelProto *model = onnx_written(head(relu(new_images(graph))),
                                           (OnnxOptions){.mean = mean, .deviation = deviation});
    const Onnx__NodeProto *centred = model->graph->node[0], *scaled = model->graph->node[1];
    ck_assert_str_eq(centred->op_type, "Sub");
    ck_assert_str_eq(centred->input[0], "images");
    ck_assert_str_eq(scaled->op_type, "Div");
    ck_assert_str_eq(scaled->input[0], centred->output[0]);
    ck_assert_str_eq(model->graph->node[2]->input[0], scaled->output[0]);
    const Onnx__TensorProto *of_mean = onnx_find_constant(model, centred->input[1]);
    onnx_expect_dimensions(of_mean, 3, (const int64_t[]){2, 1, 1});
    ck_assert_float_eq(onnx_constant_value(of_mean, 1), 0.5f);
    ck_assert_float_eq(onnx_constant_value(onnx_find_constant(model, scaled->input[1]), 0), 2);
    onnx__model_proto__free_unpacked(model, NULL);
    free_graph(graph);
}
END_TEST

/* ---- operations ---- */

START_TEST(convolution_turns_its_kernel) {
    Graph *graph = new_graph(_i ? CHANNELS_FIRST : CHANNELS_LAST);
    Tensor *conv = conv2d(
        new_images(graph),
        (Conv2DOptions){.filters = 4, .kernel_size = 3, .strides = 2, .padding = PADDING_SAME});
    const Parameter *kernel = tensor_parameter_at(conv, 0), *bias = tensor_parameter_at(conv, 1);
    Tensor *outputs = head(conv);
    params_allocate(graph_params(graph));
    for (int i = 0; i < 4; i++)
        parameter_values(bias)[i] = (float)i - 1.5f;
    Onnx__ModelProto *model = onnx_written(outputs, (OnnxOptions){0});
    const Onnx__NodeProto *node = onnx_find_node(model, "conv2d");
    ck_assert_str_eq(node->op_type, "Conv");
    ck_assert_uint_eq(node->n_input, 3);
    onnx_expect_integers(node, "kernel_shape", 2, (const int64_t[]){3, 3});
    onnx_expect_integers(node, "strides", 2, (const int64_t[]){2, 2});
    onnx_expect_integers(node, "pads", 4, (const int64_t[]){1, 1, 1, 1}); /* both sizes are odd */

    const Onnx__TensorProto *constant = onnx_find_constant(model, "conv2d/kernel");
    onnx_expect_dimensions(constant, 4, (const int64_t[]){4, 2, 3, 3});
    size_t i = 0;
    for (int k = 0; k < 4; k++)
        for (int c = 0; c < 2; c++)
            for (int r = 0; r < 3; r++)
                for (int s = 0; s < 3; s++, i++)
                    ck_assert_float_eq(onnx_constant_value(constant, i),
                                       parameter_values(kernel)[((r * 3 + s) * 2 + c) * 4 + k]);
    ck_assert_float_eq(onnx_constant_value(onnx_find_constant(model, node->input[2]), 3), 1.5f);
    onnx__model_proto__free_unpacked(model, NULL);
    free_graph(graph);
}
END_TEST

START_TEST(windows_reach_over_one_side) {
    Graph *graph = new_graph(CHANNELS_LAST);
    Tensor *images = graph_input(graph, "images", shape4(1, 8, 7, 2));
    PoolOptions same = {.pool_size = 3, .strides = 2, .padding = PADDING_SAME};
    Tensor *outputs = max_pool2d(images, same);
    outputs = average_pool2d(
        outputs,
        (PoolOptions){.pool_size = 3, .strides = 1, .padding = PADDING_SYMMETRIC, .pad = 1});
    outputs = average_pool2d(outputs, (PoolOptions){.pool_size = 3, .strides = 2});
    Onnx__ModelProto *model = onnx_written(head(outputs), (OnnxOptions){0});
    const Onnx__NodeProto *node = onnx_find_node(model, "max_pooling2d");
    ck_assert_str_eq(node->op_type, "MaxPool");
    onnx_expect_integers(node, "pads", 4, (const int64_t[]){0, 1, 1, 1}); /* 8 rows, 7 columns */
    node = onnx_find_node(model, "average_pooling2d");
    ck_assert_str_eq(node->op_type, "AveragePool");
    onnx_expect_integers(node, "pads", 4, (const int64_t[]){1, 1, 1, 1});
    node = onnx_find_node(model, "average_pooling2d_1");
    onnx_expect_integers(node, "pads", 4,
                         (const int64_t[]){0, 0, 0, 0}); /* 4 x 4: one is left over */
    onnx__model_proto__free_unpacked(model, NULL);
    free_graph(graph);
}
END_TEST

START_TEST(padding_is_channels_first) {
    Graph *graph = new_graph(_i ? CHANNELS_FIRST : CHANNELS_LAST);
    int paddings[4][2] = {{0}}, height = _i ? 2 : 1;
    paddings[height][0] = 1;
    paddings[height][1] = 2;
    paddings[height + 1][0] = 3;
    paddings[height + 1][1] = 4;
    Onnx__ModelProto *model =
        onnx_written(head(pad(new_images(graph), paddings)), (OnnxOptions){0});
    const Onnx__NodeProto *node = onnx_find_node(model, "pad");
    ck_assert_str_eq(node->op_type, "Pad");
    const Onnx__TensorProto *pads = onnx_find_constant(model, node->input[1]);
    const int64_t expected[] = {0, 0, 1, 3, 0, 0, 2, 4};
    ck_assert_int_eq(pads->data_type, ONNX__TENSOR_PROTO__DATA_TYPE__INT64);
    ck_assert_uint_eq(pads->n_int64_data, 8);
    ck_assert_mem_eq(pads->int64_data, expected, sizeof expected);
    onnx__model_proto__free_unpacked(model, NULL);
    free_graph(graph);
}
END_TEST

START_TEST(batch_norm_has_its_averages) {
    Graph *graph = new_graph(CHANNELS_LAST);
    Tensor *norm = batch_normalization(new_images(graph), (BatchNormOptions){.epsilon = 0.125f});
    Tensor *outputs = head(norm);
    params_allocate(graph_params(graph));
    for (int i = 0; i < 4; i++)
        parameter_values(tensor_parameter_at(norm, i))[1] = 10 + (float)i;
    Onnx__ModelProto *model = onnx_written(outputs, (OnnxOptions){0});
    const Onnx__NodeProto *node = onnx_find_node(model, "batch_normalization");
    ck_assert_str_eq(node->op_type, "BatchNormalization");
    ck_assert_uint_eq(node->n_input, 5); /* images, scale, shift, mean, variance */
    for (size_t i = 0; i < 4; i++)
        ck_assert_float_eq(onnx_constant_value(onnx_find_constant(model, node->input[i + 1]), 1),
                           10 + (float)i);
    ck_assert_float_eq(onnx_find_attribute(node, "epsilon")->f, 0.125f);
    onnx__model_proto__free_unpacked(model, NULL);
    free_graph(graph);
}
END_TEST

/* Rows of a channels_last map have their channels together, which ONNX's maps have not. */
START_TEST(flatten_keeps_the_order_of_features) {
    Graph *graph = new_graph(_i ? CHANNELS_FIRST : CHANNELS_LAST);
    Tensor *outputs =
        dense(flatten(new_images(graph)), (DenseOptions){.units = 3, .no_bias = true});
    Onnx__ModelProto *model = onnx_written(outputs, (OnnxOptions){0});
    if (_i == 0) {
        ck_assert_uint_eq(model->graph->n_node, 3);
        ck_assert_str_eq(model->graph->node[0]->op_type, "Transpose");
        onnx_expect_integers(model->graph->node[0], "perm", 4, (const int64_t[]){0, 2, 3, 1});
        ck_assert_str_eq(model->graph->node[1]->input[0], model->graph->node[0]->output[0]);
    } else {
        ck_assert_uint_eq(model->graph->n_node, 2);
    }
    ck_assert_str_eq(onnx_find_node(model, "flatten")->op_type, "Flatten");
    const Onnx__NodeProto *gemm = onnx_find_node(model, "dense");
    ck_assert_str_eq(gemm->op_type, "Gemm");
    ck_assert_uint_eq(gemm->n_input, 2); /* no bias */
    const Onnx__TensorProto *kernel = onnx_find_constant(model, gemm->input[1]);
    onnx_expect_dimensions(kernel, 2, (const int64_t[]){126, 3});
    const float *values = parameter_values(tensor_parameter_at(outputs, 0));
    for (size_t i = 0; i < 378; i++)
        ck_assert_float_eq(onnx_constant_value(kernel, i), values[i]);
    onnx__model_proto__free_unpacked(model, NULL);
    free_graph(graph);
}
END_TEST

/* ---- a whole network ---- */

static bool is_defined(const Onnx__GraphProto *graph, size_t nodes, const char *name) {
    if (strcmp(graph->input[0]->name, name) == 0)
        return true;
    for (size_t i = 0; i < graph->n_initializer; i++)
        if (strcmp(graph->initializer[i]->name, name) == 0)
            return true;
    for (size_t i = 0; i < nodes; i++)
        if (strcmp(graph->node[i]->output[0], name) == 0)
            return true;
    return false;
}

static size_t constant_count(const Onnx__TensorProto *constant) {
    size_t count = 1;
    for (size_t i = 0; i < constant->n_dims; i++)
        count *= (size_t)constant->dims[i];
    return count;
}

START_TEST(network_is_whole) {
    ResNetModel resnet = resnet_model(20, 6, CHANNELS_LAST);
    Graph *graph = new_graph(CHANNELS_LAST);
    Tensor *images = graph_input(graph, "images", shape4(2, 8, 8, 3));
    Onnx__ModelProto *model = onnx_written(model_layers(&resnet, images, false), (OnnxOptions){0});
    const Onnx__GraphProto *onnx = model->graph;
    ck_assert_int_eq((int)onnx->n_node, graph_tensor_count(graph) - 1); /* all but the input */
    for (size_t i = 0; i < onnx->n_node; i++) {
        ck_assert_str_eq(onnx->node[i]->name, tensor_name(graph_tensor_at(graph, (int)i + 1)));
        for (size_t j = 0; j < onnx->node[i]->n_input; j++)
            ck_assert_msg(is_defined(onnx, i, onnx->node[i]->input[j]), "%s comes after its use",
                          onnx->node[i]->input[j]);
    }
    size_t floats = 0;
    for (size_t i = 0; i < onnx->n_initializer; i++)
        if (onnx->initializer[i]->data_type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT) {
            floats += constant_count(onnx->initializer[i]);
            ck_assert_uint_eq(onnx->initializer[i]->raw_data.len,
                              constant_count(onnx->initializer[i]) * sizeof(float));
        }
    Params *params = graph_params(graph);
    ck_assert_uint_eq(floats, params_trainable_count(params) + params_moving_count(params));
    ck_assert_str_eq(onnx->output[0]->name, "logits");
    onnx__model_proto__free_unpacked(model, NULL);
    free_graph(graph);
}
END_TEST

/* ---- errors ---- */

static void write_training_batch_norm(const void *path) {
    Graph *graph = new_graph(CHANNELS_LAST);
    Tensor *norm = batch_normalization(new_images(graph), (BatchNormOptions){.is_training = true});
    Tensor *outputs = head(norm);
    params_allocate(graph_params(graph));
    onnx_write(path, outputs, (OnnxOptions){.name = "test"});
}

static void write_dropout(const void *path) {
    Graph *graph = new_graph(CHANNELS_LAST);
    Tensor *outputs = head(dropout(new_images(graph), 0.5f, true));
    params_allocate(graph_params(graph));
    onnx_write(path, outputs, (OnnxOptions){.name = "test"});
}

static void write_compiled(const void *path) {
    Graph *graph = new_graph(CHANNELS_LAST);
    Tensor *outputs = head(new_images(graph));
    graph_compile(graph, outputs, false);
    onnx_write(path, outputs, (OnnxOptions){.name = "test"});
}

static void write_loss(const void *path) {
    Graph *graph = new_graph(CHANNELS_LAST);
    Tensor *outputs = head(new_images(graph));
    softmax_cross_entropy(outputs, graph_input(graph, "labels", shape1(5)), 0);
    params_allocate(graph_params(graph));
    onnx_write(path, outputs, (OnnxOptions){.name = "test"});
}

static void write_plain(const void *path) {
    Graph *graph = new_graph(CHANNELS_LAST);
    Tensor *outputs = head(new_images(graph));
    params_allocate(graph_params(graph));
    onnx_write(path, outputs, (OnnxOptions){.name = "test"});
}

START_TEST(what_cannot_be_written_is_an_error) {
    const char *path = temporary_path("none.onnx");
    expect_error(write_training_batch_norm, path, "batch_normalization", "for inference", NULL);
    expect_error(write_dropout, path, "dropout", "no form in ONNX", NULL);
    expect_error(write_compiled, path, "is compiled", NULL);
    expect_error(write_loss, path, "images", "labels", NULL);
    ck_assert_ptr_null(fopen(path, "rb"));
    const char *nowhere = temporary_path("nowhere/none.onnx");
    expect_error(write_plain, nowhere, nowhere, "cannot write", NULL);
}
END_TEST

Suite *export_suite(void) {
    Suite *suite = suite_create("export");
    TCase *tests = tcase_create("onnx");
    temporary_add(tests);
    tcase_add_loop_test(tests, frame_describes_inputs_and_outputs, 0, 2);
    tcase_add_test(tests, frame_normalises);
    tcase_add_loop_test(tests, convolution_turns_its_kernel, 0, 2);
    tcase_add_test(tests, windows_reach_over_one_side);
    tcase_add_loop_test(tests, padding_is_channels_first, 0, 2);
    tcase_add_test(tests, batch_norm_has_its_averages);
    tcase_add_loop_test(tests, flatten_keeps_the_order_of_features, 0, 2);
    tcase_add_test(tests, network_is_whole);
    tcase_add_test(tests, what_cannot_be_written_is_an_error);
    suite_add_tcase(suite, tests);
    return suite;
}
