/* The frame around the nodes: inputs, outputs, normalisation, metadata, and the file. */
#include "export/onnx.h"

#include "base/error.h"
#include "base/output_file.h"
#include "export/onnx_builder.h"

enum { MOST_NODES = 2, MOST_INITIALIZERS = MAX_PARAMETERS }; /* of an operation */
enum { NORMALISATION = 2 /* nodes, and initializers */, MAX_DIMENSIONS = 4 };

static const char BATCH[] = "batch"; /* a dimension of any size */

/* The graph's one input. */
static const Tensor *find_images(const Graph *graph) {
    const Tensor *images = NULL;
    for (int i = 0; i < graph->count; i++)
        if (!graph->tensors[i]->operation) {
            require(!images, "ONNX: the graph has two inputs, %s and %s; record it for inference",
                    images->name, graph->tensors[i]->name);
            images = graph->tensors[i];
        }
    require(images && images->shape.rank == 4,
            "ONNX: the graph has no images as its input; record a model on images");
    return images;
}

static void add_dimension(OnnxBuilder *builder, Onnx__TensorShapeProto *shape, const char *name,
                          int size) {
    Onnx__TensorShapeProto__Dimension *dimension = arena_alloc(builder->arena, sizeof *dimension);
    onnx__tensor_shape_proto__dimension__init(dimension);
    if (name) {
        dimension->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
        dimension->dim_param = (char *)name;
    } else {
        dimension->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
        dimension->dim_value = size;
    }
    shape->dim[shape->n_dim++] = dimension;
}

/* An input or output of the network: floats of shape (batch, ...). */
static Onnx__ValueInfoProto *describe(OnnxBuilder *builder, const char *name, int count,
                                      const int *sizes) {
    Onnx__TensorShapeProto *shape = arena_alloc(builder->arena, sizeof *shape);
    onnx__tensor_shape_proto__init(shape);
    shape->dim = arena_alloc(builder->arena, MAX_DIMENSIONS * sizeof(void *));
    add_dimension(builder, shape, BATCH, 0);
    for (int i = 0; i < count; i++)
        add_dimension(builder, shape, NULL, sizes[i]);

    Onnx__TypeProto__Tensor *tensor = arena_alloc(builder->arena, sizeof *tensor);
    onnx__type_proto__tensor__init(tensor);
    tensor->has_elem_type = true;
    tensor->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    tensor->shape = shape;
    Onnx__TypeProto *type = arena_alloc(builder->arena, sizeof *type);
    onnx__type_proto__init(type);
    type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    type->tensor_type = tensor;
    Onnx__ValueInfoProto *value = arena_alloc(builder->arena, sizeof *value);
    onnx__value_info_proto__init(value);
    value->name = (char *)name;
    value->type = type;
    return value;
}

static void add_normalisation(OnnxBuilder *builder, const Tensor *images,
                              const OnnxOptions *options) {
    Shape per_channel = {3, {tensor_image_size(images).channels, 1, 1}};
    const char *const centring[] = {images->name,
                                    onnx_floats(builder, "mean", per_channel, options->mean), NULL};
    onnx_node(builder, "Sub", "centred_images", centring);
    const char *const scaling[] = {
        "centred_images", onnx_floats(builder, "deviation", per_channel, options->deviation), NULL};
    onnx_node(builder, "Div", "normalised_images", scaling);
    builder->images = "normalised_images";
}

static void build_graph(OnnxBuilder *builder, const Tensor *outputs, const OnnxOptions *options) {
    const Graph *graph = tensor_graph(outputs);
    require(!graph->compiled, "ONNX: the graph is compiled; export it before graph_compile()");
    require_rank(outputs, 2, "ONNX output");
    const Tensor *images = find_images(graph);
    ImageSize size = tensor_image_size(images);
    size_t count = (size_t)graph->count;
    Onnx__GraphProto *onnx = &builder->graph;
    onnx__graph_proto__init(onnx);
    onnx->name = (char *)options->name;
    onnx->node = arena_alloc(builder->arena, (MOST_NODES * count + NORMALISATION) * sizeof(void *));
    onnx->initializer =
        arena_alloc(builder->arena, (MOST_INITIALIZERS * count + NORMALISATION) * sizeof(void *));
    onnx->n_input = onnx->n_output = 1;
    onnx->input = arena_alloc(builder->arena, sizeof(void *));
    onnx->output = arena_alloc(builder->arena, sizeof(void *));
    onnx->input[0] =
        describe(builder, images->name, 3, (const int[]){size.channels, size.height, size.width});
    onnx->output[0] = describe(builder, outputs->name, 1, (const int[]){outputs->shape.size[1]});
    builder->images = images->name;
    if (options->mean)
        add_normalisation(builder, images, options);
    for (int i = 0; i < graph->count; i++)
        if (graph->tensors[i]->operation)
            onnx_add_operation(builder, graph->tensors[i]);
}

/* ---- the file ---- */

typedef struct FileBuffer {
    ProtobufCBuffer base;
    FILE *stream;
} FileBuffer;

static void append(ProtobufCBuffer *buffer, size_t length, const uint8_t *bytes) {
    fwrite(bytes, 1, length, ((FileBuffer *)buffer)->stream); /* output_commit sees errors */
}

static void write_model(const char *path, const Onnx__ModelProto *model) {
    OutputFile *file = output_open(path);
    FileBuffer buffer = {{append}, output_stream(file)};
    onnx__model_proto__pack_to_buffer(model, &buffer.base);
    output_commit(file);
}

static char *names_text(Arena *arena, const char *const *names, int count) {
    char *text = arena_printf(arena, "%s", names[0]);
    for (int k = 1; k < count; k++)
        text = arena_printf(arena, "%s\n%s", text, names[k]);
    return text;
}

void onnx_write(const char *path, const Tensor *outputs, OnnxOptions options) {
    OnnxBuilder builder = {.arena = arena_new()};
    build_graph(&builder, outputs, &options);

    Onnx__OperatorSetIdProto operators = ONNX__OPERATOR_SET_ID_PROTO__INIT;
    Onnx__OperatorSetIdProto *operator_sets[] = {&operators};
    operators.domain = (char *)""; /* ONNX's own */
    operators.has_version = true;
    operators.version = ONNX_OPERATOR_SET;
    Onnx__StringStringEntryProto names = ONNX__STRING_STRING_ENTRY_PROTO__INIT;
    Onnx__StringStringEntryProto *metadata[] = {&names};
    names.key = (char *)"class_names";
    if (options.class_names)
        names.value = names_text(builder.arena, options.class_names, outputs->shape.size[1]);

    Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
    model.has_ir_version = true;
    model.ir_version = ONNX_IR_VERSION;
    model.producer_name = (char *)"ResNet in C, piece by piece";
    model.graph = &builder.graph;
    model.n_opset_import = 1;
    model.opset_import = operator_sets;
    model.n_metadata_props = options.class_names ? 1 : 0;
    model.metadata_props = metadata;
    write_model(path, &model);
    arena_free(builder.arena);
}
