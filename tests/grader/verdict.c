/* Verdicts, in memory and as JSON. */
#include "verdict.h"

#include "base/memory.h"
#include "files.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"done",    "to do",     "wrong",
                                    "crashed", "timed out", "does not compile"};

const char *status_name(Status status) {
    return names[status];
}

Status status_of_kind(Kind kind) {
    static const Status statuses[KINDS] = {
        [KIND_OPEN] = STATUS_CRASHED,       [KIND_PASSED] = STATUS_DONE,
        [KIND_WRONG] = STATUS_WRONG,        [KIND_REFUSED] = STATUS_WRONG,
        [KIND_CRASHED] = STATUS_CRASHED,    [KIND_OUTSIDE_ARRAY] = STATUS_CRASHED,
        [KIND_TIMED_OUT] = STATUS_TIMED_OUT};
    return statuses[kind];
}

const char *test_status(const TestVerdict *test) {
    return test->kind == KIND_PASSED ? "passed" : status_name(status_of_kind(test->kind));
}

const TestVerdict *verdict_first_failed(const Verdict *verdict) {
    for (int t = 0; t < verdict->num_tests; t++)
        if (verdict->tests[t].kind != KIND_PASSED)
            return &verdict->tests[t];
    return NULL;
}

json_t *text_json(const char *text) {
    json_t *json = json_string(text);
    if (json)
        return json;
    char *ascii = memory_new(strlen(text) + 1, 1);
    for (size_t i = 0; text[i]; i++)
        ascii[i] = text[i] & 0x80 ? '?' : text[i];
    json = json_string(ascii);
    free(ascii);
    return json;
}

json_t *verdict_json(const Verdict *verdict) {
    json_t *tests = json_array();
    for (int t = 0; t < verdict->num_tests; t++) {
        const TestVerdict *test = &verdict->tests[t];
        const char *diagnosis = test->kind == KIND_PASSED ? NULL : verdict->diagnosis;
        json_array_append_new(
            tests, json_pack("{ss ss ss ss so so so ss?}", "name", test->name, "title", test->title,
                             "status", test_status(test), "kind", kind_names[test->kind], "message",
                             text_json(test->message), "place", text_json(test->place), "printed",
                             text_json(test->printed), "diagnosis", diagnosis));
    }
    return json_pack("{ss so so ss? si so}", "status", status_name(verdict->status), "message",
                     text_json(verdict->message), "warnings", text_json(verdict->warnings),
                     "diagnosis", verdict->diagnosis, "passed", verdict->passed, "tests", tests);
}

static const char *member(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text_of("%s", text) : "";
}

static TestVerdict test_from_json(const json_t *test) {
    TestVerdict result = {.name = member(test, "name"),
                          .title = member(test, "title"),
                          .message = member(test, "message"),
                          .place = member(test, "place"),
                          .printed = member(test, "printed")};
    const char *kind = member(test, "kind");
    while (result.kind + 1 < KINDS && strcmp(kind_names[result.kind], kind) != 0)
        result.kind++;
    return result;
}

Verdict verdict_from_json(const json_t *json) {
    const json_t *tests = json_object_get(json, "tests");
    const char *status = member(json, "status");
    Verdict verdict = {.message = member(json, "message"),
                       .warnings = member(json, "warnings"),
                       .num_tests = (int)json_array_size(tests)};
    while (verdict.status < STATUS_NOT_COMPILED && strcmp(names[verdict.status], status) != 0)
        verdict.status++;
    verdict.tests = memory_new((size_t)verdict.num_tests, sizeof *verdict.tests);
    for (int t = 0; t < verdict.num_tests; t++) {
        verdict.tests[t] = test_from_json(json_array_get(tests, (size_t)t));
        verdict.passed += verdict.tests[t].kind == KIND_PASSED;
    }
    return verdict;
}
