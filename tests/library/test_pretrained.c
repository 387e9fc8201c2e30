/* Tests of chapters/11_classify/pretrained.h: names and shapes against PyTorch's, logits of whole
 * networks against PyTorch's (tests/golden/make_pretrained.py), and misfits. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "11_classify/inference.h"
#include "11_classify/pretrained.h"
#include "base/memory.h"
#include "cases.h"
#include "expect_error.h"
#include "golden.h"
#include "models/original_resnet.h"
#include "temporary.h"

enum { MOST_TENSORS = 1000, LINE = 128, CLASSES = 1000, SIDE = 224, PARTS = 4 };

static const struct {
    int depth, tensors, blocks[4];
} forms[] = {{18, 102, {2, 2, 2, 2}},
             {34, 182, {3, 4, 6, 3}},
             {50, 267, {3, 4, 6, 3}},
             {101, 522, {3, 4, 23, 3}},
             {152, 777, {3, 8, 36, 3}}};

/* ---- the published tensors, by their names ---- */

typedef struct Published {
    SafeTensors file;
    SafeTensor tensors[MOST_TENSORS];
    Arena *arena; /* owns the names */
} Published;

static void publish(Published *published, const char *name, int rank, const int size[4]) {
    int at = published->file.count++;
    ck_assert_int_lt(at, MOST_TENSORS);
    published->tensors[at] = (SafeTensor){
        .name = arena_printf(published->arena, "%s", name), .rank = rank, .dtype = "F32"};
    memcpy(published->tensors[at].size, size, 4 * sizeof(int));
}

static void publish_conv(Published *published, const char *prefix, const char *conv,
                         const char *norm, const int size[4]) {
    static const char *const endings[] = {"weight", "bias", "running_mean", "running_var"};
    Arena *arena = published->arena;
    publish(published, arena_printf(arena, "%s%s.weight", prefix, conv), 4, size);
    for (int i = 0; i < 4; i++)
        publish(published, arena_printf(arena, "%s%s.%s", prefix, norm, endings[i]), 1, size);
}

/* One block; returns its output channels. */
static int publish_block(Published *published, const char *prefix, int depth, int channels,
                         int filters) {
    int outputs = depth < 50 ? filters : 4 * filters;
    if (depth < 50) {
        publish_conv(published, prefix, "conv1", "bn1", (int[4]){filters, channels, 3, 3});
        publish_conv(published, prefix, "conv2", "bn2", (int[4]){filters, filters, 3, 3});
    } else {
        publish_conv(published, prefix, "conv1", "bn1", (int[4]){filters, channels, 1, 1});
        publish_conv(published, prefix, "conv2", "bn2", (int[4]){filters, filters, 3, 3});
        publish_conv(published, prefix, "conv3", "bn3", (int[4]){outputs, filters, 1, 1});
    }
    return outputs;
}

static Published *published_new(int form) {
    Published *published = memory_new(1, sizeof *published);
    published->file.tensors = published->tensors;
    published->arena = arena_new();
    publish_conv(published, "", "conv1", "bn1", (int[4]){64, 3, 7, 7});
    int channels = 64, depth = forms[form].depth;
    for (int layer = 0; layer < 4; layer++)
        for (int block = 0; block < forms[form].blocks[layer]; block++) {
            const char *prefix = arena_printf(published->arena, "layer%d.%d.", layer + 1, block);
            int before = channels;
            channels = publish_block(published, prefix, depth, before, 64 << layer);
            if (block == 0 && (layer > 0 || before != channels))
                publish_conv(published, prefix, "downsample.0", "downsample.1",
                             (int[4]){channels, before, 1, 1});
        }
    publish(published, "fc.weight", 2, (int[4]){CLASSES, channels});
    publish(published, "fc.bias", 1, (int[4]){CLASSES});
    return published;
}

static void published_free(Published *published) {
    arena_free(published->arena);
    free(published);
}

static size_t count_of(const SafeTensor *tensor) {
    size_t count = 1;
    for (int i = 0; i < tensor->rank; i++)
        count *= (size_t)tensor->size[i];
    return count;
}

/* Values that are there, but never looked at. */
static void pretend_values(Published *published) {
    static float something;
    for (int i = 0; i < published->file.count; i++)
        published->tensors[i].values = &something;
}

static Params *params_of(int depth) {
    OriginalResNet model = original_resnet(depth, STYLE_PYTORCH, CLASSES, CHANNELS_LAST);
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    original_layers(&model, graph_input(graph, "images", shape4(1, SIDE, SIDE, 3)), false);
    graph_free(graph);
    return params;
}

/* ---- the formula that both sides make weights by: make_pretrained.py ---- */

static uint64_t fnv1a(uint64_t value, const char *text) {
    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 0x100000001B3u;
    return value;
}
static const uint64_t FNV_START = 0xCBF29CE484222325u;

static double unit(uint64_t key, size_t index) {
    uint64_t x = (key + index + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    x ^= x >> 31;
    return (double)(x >> 40) / (1 << 24);
}

static bool ends_with(const char *text, const char *ending) {
    size_t length = strlen(text), wanted = strlen(ending);
    return length >= wanted && strcmp(text + length - wanted, ending) == 0;
}

static double stretched(const SafeTensor *tensor, double u) {
    if (tensor->rank > 1) {
        size_t fan_in = count_of(tensor) / (size_t)tensor->size[0];
        return (2 * u - 1) * sqrt(6.0 / (double)fan_in) / (tensor->rank == 2 ? 64 : 1);
    }
    if (ends_with(tensor->name, "running_var"))
        return 0.5 + u;
    if (!ends_with(tensor->name, ".weight"))
        return 0.4 * (2 * u - 1);
    return (0.5 + u) * (ends_with(tensor->name, ".bn3.weight") ? 0.5 : 1);
}

static void make_values(Published *published) {
    for (int i = 0; i < published->file.count; i++) {
        SafeTensor *tensor = &published->tensors[i];
        size_t count = count_of(tensor);
        uint64_t key = fnv1a(FNV_START, tensor->name);
        tensor->values = memory_new(count, sizeof(float));
        for (size_t v = 0; v < count; v++)
            tensor->values[v] = (float)stretched(tensor, unit(key, v));
    }
}

/* ---- tests ---- */

static int compare_names(const void *left, const void *right) {
    return strcmp(((const SafeTensor *)left)->name, ((const SafeTensor *)right)->name);
}

/* The list above is PyTorch's own, by its hash. */
static void assert_hash(Published *published, const SafeTensor *expected) {
    qsort(published->tensors, (size_t)published->file.count, sizeof(SafeTensor), compare_names);
    uint64_t hash = FNV_START;
    for (int i = 0; i < published->file.count; i++) {
        const SafeTensor *tensor = &published->tensors[i];
        char line[LINE];
        int length = snprintf(line, sizeof line, "%s ", tensor->name);
        for (int d = 0; d < tensor->rank; d++)
            length += snprintf(line + length, sizeof line - (size_t)length, "%s%d", d ? "," : "",
                               tensor->size[d]);
        hash = fnv1a(fnv1a(hash, line), "\n");
    }
    for (int part = 0; part < PARTS; part++)
        ck_assert_int_eq((int)(hash >> 16 * part & 0xFFFF), (int)expected->values[part]);
}

START_TEST(pretrained_names_and_shapes_are_pytorchs) {
    Golden *golden = golden_open("pretrained.safetensors");
    Case form = {0};
    int found = 0;
    while (golden_next(golden, &form)) {
        int number = 0;
        while (forms[number].depth != atoi(form.name + strlen("resnet")))
            number++;
        Published *published = published_new(number);
        ck_assert_int_eq(published->file.count, (int)case_option(&form, "tensors"));
        assert_hash(published, case_array(&form, "names"));

        PretrainedForm detected = pretrained_form("file", &published->file);
        ck_assert_int_eq(detected.num_layers, forms[number].depth);
        ck_assert_int_eq(detected.classes, CLASSES);
        ck_assert_int_eq(detected.channels, 3);
        Params *params = params_of(forms[number].depth);
        pretend_values(published);
        pretrained_check("file", &published->file, params); /* ends the test if they do not fit */
        ck_assert_int_eq(params_count(params), published->file.count);
        params_free(params);
        published_free(published);
        found++;
    }
    ck_assert_int_eq(found, 5);
    golden_close(golden);
}
END_TEST

/* Through a file, as a reader does it, to 1e-4 of PyTorch's logits. */
START_TEST(pretrained_logits_are_pytorchs) {
    const int form = _i ? 2 : 0; /* 50 or 18 layers */
    const char *path = temporary_path("weights.safetensors");
    Published *published = published_new(form);
    make_values(published);
    safetensors_write(path, published->tensors, published->file.count, NULL, 0);
    Classifier *classifier = classifier_from_pretrained(path, 0);
    remove(path);
    for (int i = 0; i < published->file.count; i++)
        free(published->tensors[i].values);
    published_free(published);

    Inference inference = inference_new(classifier, 1, false);
    size_t floats = (size_t)SIDE * SIDE * 3;
    float *image = memory_new(floats, sizeof(float)), logits[CLASSES];
    for (size_t i = 0; i < floats; i++)
        image[i] = (float)(4 * unit(fnv1a(FNV_START, "image"), i) - 2);
    tensor_write(inference.images, image);
    graph_forward(inference.graph);
    tensor_read(inference.logits, logits);

    Golden *golden = golden_open("pretrained.safetensors");
    Case test_case = {.golden = golden};
    snprintf(test_case.name, sizeof test_case.name, "resnet%d", forms[form].depth);
    const SafeTensor *expected = case_array(&test_case, "logits");
    double largest = 0;
    for (int k = 0; k < CLASSES; k++)
        largest = fmax(largest, fabs((double)logits[k] - (double)expected->values[k]));
    ck_assert_double_le(largest, 1e-4);
    golden_close(golden);
    free(image);
    inference_free(&inference);
    classifier_free(classifier);
}
END_TEST

/* ---- misfits ---- */

typedef struct Misfit {
    const char *tensor;   /* which is changed ... */
    const char *new_name; /* ... in name */
    const char *dtype;
    int first_size;
} Misfit;

static void check_misfit(const void *argument) {
    const Misfit *misfit = argument;
    Published *published = published_new(0);
    pretend_values(published);
    for (int i = 0; i < published->file.count; i++) {
        SafeTensor *tensor = &published->tensors[i];
        if (strcmp(tensor->name, misfit->tensor) != 0)
            continue;
        if (misfit->new_name)
            tensor->name = misfit->new_name;
        if (misfit->dtype) {
            tensor->dtype = misfit->dtype;
            tensor->values = NULL;
        }
        if (misfit->first_size)
            tensor->size[0] = misfit->first_size;
    }
    pretrained_form("w.safetensors", &published->file);
    pretrained_check("w.safetensors", &published->file, params_of(18));
}

static void check_stranger(const void *name) {
    Published *published = published_new(0);
    publish(published, name, 1, (int[4]){1});
    pretend_values(published);
    pretrained_check("w.safetensors", &published->file, params_of(18));
}

static void check_other_depth(const void *unused) {
    (void)unused;
    Published *published = published_new(1);
    pretend_values(published);
    pretrained_check("w.safetensors", &published->file, params_of(18));
}

START_TEST(pretrained_misfits_are_errors) {
    const struct {
        Misfit misfit;
        const char *texts[2];
    } cases[] = {
        {{"conv1.weight", "module.conv1.weight", NULL, 0}, {"holds no conv1.weight", "PyTorch's"}},
        {{"fc.weight", "head.weight", NULL, 0}, {"holds no fc.weight", "name"}},
        {{"layer3.1.bn2.running_var", "x", NULL, 0}, {"no layer3.1.bn2.running_var", "whole"}},
        {{"layer2.0.conv1.weight", NULL, NULL, 96},
         {"(96, 64, 3, 3)", "the network's has (128, 64, 3, 3)"}},
        {{"layer4.1.bn1.bias", NULL, NULL, 2048}, {"layer4.1.bn1.bias", "(512)"}},
        {{"layer1.0.conv2.weight", NULL, "F16", 0}, {"dtype F16", "convert the file to F32"}},
        {{"layer4.1.conv1.weight", "x", NULL, 0}, {"2, 2, 2 and 1 two-layer blocks", "ResNet-18"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_error(check_misfit, &cases[i].misfit, "w.safetensors", cases[i].texts[0],
                     cases[i].texts[1], NULL);
    expect_error(check_stranger, "layer1.0.se.weight", "holds layer1.0.se.weight", "has not", NULL);
    ck_assert_int_eq(run_in_child(check_stranger, "bn1.num_batches_tracked").status, 0);
    expect_error(check_other_depth, NULL, "which the network has not", NULL);
}
END_TEST

TCase *pretrained_tests(void) {
    TCase *tests = tcase_create("pretrained");
    temporary_add(tests);
    tcase_add_test(tests, pretrained_names_and_shapes_are_pytorchs);
    tcase_add_loop_test(tests, pretrained_logits_are_pytorchs, 0, 2);
    tcase_add_test(tests, pretrained_misfits_are_errors);
    return tests;
}
