#include "reference_trace.h"

#include "harness_internal.h"

#include "graph/operation.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TRACED = 128, NAME = 128, SAID = 160 };
static const double tolerance = 1e-3;

typedef struct Traced {
    char name[NAME], reads[NAME * 4];
    ImageSize size;
    const double *values;
} Traced;

static const Graph *graph;
static Traced traced[MOST_TRACED];
static int num_traced;

/* ---- what a recorded tensor is, in words ---- */

static char *text_for(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text_for(const char *format, ...) {
    char text[NAME * 4];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return strcpy(malloc(strlen(text) + 1), text); /* the test's process ends soon */
}

static bool is_operation(const Tensor *tensor, const char *name) {
    return tensor->operation && strcmp(tensor->operation->name, name) == 0;
}

/* As the references say it: operations with parameters by their names, the others by what they
 * do. */
static const char *describe(const Tensor *tensor) {
    if (!tensor->operation)
        return "the inputs";
    if (tensor->parameters[0])
        return tensor->name;
    if (is_operation(tensor, "pad"))
        return describe(tensor->inputs[0]);
    if (is_operation(tensor, "relu"))
        return text_for("the ReLU of %s", describe(tensor->inputs[0]));
    if (is_operation(tensor, "add"))
        return text_for("%s plus %s", describe(tensor->inputs[0]), describe(tensor->inputs[1]));
    return text_for("the %s of %s", tensor->operation->name, describe(tensor->inputs[0]));
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The terms of a sum in the alphabet's order: a sum has none. */
static const char *ordered(const char *sum) {
    static const char plus[] = " plus ";
    char *terms[MOST_TRACED], *rest = text_for("%s", sum), *next;
    size_t count = 0;
    for (; rest && count < MOST_TRACED; rest = next) {
        next = strstr(rest, plus);
        if (next) {
            *next = '\0';
            next += strlen(plus);
        }
        terms[count++] = rest;
    }
    qsort(terms, count, sizeof *terms, compare_texts);
    const char *text = terms[0];
    for (size_t i = 1; i < count; i++)
        text = text_for("%s%s%s", text, plus, terms[i]);
    return text;
}

static bool are_alike(const char *a, const char *b) {
    return strcmp(ordered(a), ordered(b)) == 0;
}

/* At most SAID letters of it. */
static const char *shortened(const char *text) {
    return strlen(text) <= SAID ? text : text_for("%.*s ...", SAID, text);
}

/* ---- comparison ---- */

/* Whether the tensor's values are the traced ones; what cannot be read is taken for right. */
static bool has_values(const Tensor *tensor, const Traced *t) {
    ImageSize size = t->size;
    size_t count = shape_count(tensor->shape);
    if (!graph->compiled || !tensor->kept || tensor->holds_others || !tensor->values)
        return true;
    if (count != (size_t)size.batch * size.height * size.width * size.channels)
        return false;
    float *got = malloc((count + 1) * sizeof *got);
    tensor_read(tensor, got);
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += t->values[i] * t->values[i];
    DataFormat format = tensor->shape.rank == 4 ? graph->options.data_format : CHANNELS_LAST;
    bool alike = true;
    for (size_t i = 0; i < count; i++) {
        int c = (int)(i % size.channels), x = (int)(i / size.channels % size.width);
        int y = (int)(i / size.channels / size.width % size.height);
        int n = (int)(i / size.channels / size.width / size.height);
        size_t at = image_index(format, size.height, size.width, size.channels, n, y, x, c);
        alike =
            alike && values_close(got[at], t->values[i], sqrt(squares / (double)count), tolerance);
    }
    free(got);
    return alike;
}

static const char *explain(void) {
    for (int i = 0; i < num_traced; i++) {
        const Traced *t = &traced[i];
        const Tensor *tensor = graph_find(graph, t->name);
        if (!tensor || !tensor->operation || has_values(tensor, t))
            continue;
        const char *reads = describe(tensor->inputs[0]);
        if (!are_alike(reads, t->reads))
            return text_for(
                "Going along the graph, the first wrong values are those of %s: it reads "
                "%s, and should read %s.",
                t->name, shortened(reads), shortened(t->reads));
        return text_for("Going along the graph, the first wrong values are those of %s, though it "
                        "reads what it should, %s: look at its arguments.",
                        t->name, shortened(reads));
    }
    if (!graph->target)
        return "";
    if (num_traced == 0)
        return text_for("The function returns %s.", shortened(describe(graph->target)));
    return text_for(
        "All convolutions, batch norms and dense layers have the right values; so look at what "
        "is made of them: the function returns %s.",
        shortened(describe(graph->target)));
}

void trace_start(const Tensor *inputs) {
    graph = inputs->graph;
    num_traced = 0;
    explain_failures_by(explain);
}

void trace_operation(const char *name, const char *reads, ImageSize size, const double *values) {
    if (num_traced == MOST_TRACED)
        return;
    Traced *t = &traced[num_traced++];
    snprintf(t->name, sizeof t->name, "%s", name);
    snprintf(t->reads, sizeof t->reads, "%s", reads);
    t->size = size;
    t->values = values;
}

/* ---- what is not there ---- */

static const char *last_component(const char *name) {
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

/* How many of the last letters are the same. */
static size_t common_end(const char *a, const char *b) {
    size_t length_a = strlen(a), length_b = strlen(b), same = 0;
    while (same < length_a && same < length_b && a[length_a - 1 - same] == b[length_b - 1 - same])
        same++;
    return same;
}

static bool is_traced(const char *name) {
    for (int i = 0; i < num_traced; i++)
        if (strcmp(traced[i].name, name) == 0)
            return true;
    return false;
}

/* The operation of the same name in another scope that is most like it; NULL if there is none. */
static const Tensor *in_another_scope(const char *name) {
    const Tensor *best = NULL;
    size_t most = 0;
    for (int i = 0; i < graph->count; i++) {
        const Tensor *tensor = graph->tensors[i];
        size_t same = common_end(tensor->name, name);
        if (tensor->operation && same > most && same >= strlen(last_component(name)) &&
            strcmp(last_component(tensor->name), last_component(name)) == 0 &&
            !is_traced(tensor->name)) {
            best = tensor;
            most = same;
        }
    }
    return best;
}

/* The first operation with parameters that reads what is so described; NULL if there is none. */
static const Tensor *reader_of(const char *description) {
    for (int i = 0; i < graph->count; i++) {
        const Tensor *tensor = graph->tensors[i];
        if (tensor->operation && tensor->parameters[0] &&
            are_alike(describe(tensor->inputs[0]), description))
            return tensor;
    }
    return NULL;
}

void trace_missing(const char *name, const char *reads) {
    const Tensor *other = in_another_scope(name), *reader = reader_of(reads);
    recorded_operations(graph->tensors[0]);
    const char *found = "";
    if (other)
        found =
            text_for(" There is %s instead: look at the scopes and their numbers.", other->name);
    else if (reader)
        found = text_for(" What reads that is %s.", reader->name);
    fail_test("There is no operation named %s, which should read %s.%s", name, shortened(reads),
              found);
}
