/* Compares what an answer gave with what the known wrong answers give. */
#include "diagnose.h"

#include "base/memory.h"
#include "files.h"
#include "records.h"

#include <string.h>

/* So many values must differ from the expected ones before a part of the tests is evidence. */
enum { ENOUGH_VALUES = 4 };

Answers answers_of_folder(const Settings *settings, const Exercise *exercise, const char *folder,
                          const char *kind) {
    const char *const *names = directory_names(folder, ".c");
    int count = 0;
    while (names[count])
        count++;
    Answer *answers = memory_new((size_t)count, sizeof *answers);
    for (int i = 0; i < count; i++) {
        const char *name = text_of("%.*s", (int)strlen(names[i]) - 2, names[i]);
        answers[i] =
            (Answer){exercise, text_of("%s/%s", folder, names[i]),
                     text_of("%s/grade/%s/%s/%s", settings->build, kind, exercise->function, name)};
    }
    answers_grade(settings, answers, count);
    return (Answers){answers, count};
}

Answers wrong_answers(const Settings *settings, const Exercise *exercise) {
    const char *folder = text_of("%s/mistakes/%s", settings->build, exercise->function);
    return answers_of_folder(settings, exercise, folder, "wrong");
}

const char *wrong_answer_diagnosis(const Answer *wrong) {
    static const char mark[] = "/* Diagnosis: ", end[] = " */";
    const char *line = file_head(wrong->source, 1);
    if (strncmp(line, mark, strlen(mark)) != 0)
        return "";
    return text_of("%.*s", (int)(strlen(line) - strlen(mark) - strlen(end)), line + strlen(mark));
}

typedef struct Likeness {
    bool in_failed, in_all;
    bool has_evidence; /* something was recorded, or the end is a special one */
    long wrong_values; /* in the failed tests */
} Likeness;

/* Crashes and the library's refusals are alike if they are told alike. */
static bool is_same_end(const TestVerdict *a, const TestVerdict *b) {
    if (a->kind != b->kind)
        return false;
    bool compare_messages = status_of_kind(a->kind) == STATUS_CRASHED || a->kind == KIND_REFUSED;
    return !compare_messages || strcmp(a->message, b->message) == 0;
}

static Likeness compare(const Answer *answer, const Verdict *verdict, const Answer *wrong) {
    Verdict other = answer_verdict(wrong);
    Likeness likeness = {.in_failed = true, .in_all = true};
    if (other.num_tests != verdict->num_tests)
        return (Likeness){0};
    for (int t = 0; t < verdict->num_tests; t++) {
        const TestVerdict *test = &verdict->tests[t];
        Records mine = records_read(answer->directory, test->name);
        Records its = records_read(wrong->directory, test->name);
        bool equal = is_same_end(test, &other.tests[t]) && records_equal(&mine, &its);
        likeness.in_all = likeness.in_all && equal;
        if (test->kind != KIND_PASSED) {
            likeness.in_failed = likeness.in_failed && equal;
            likeness.wrong_values += records_wrong_values(&mine);
        }
        likeness.has_evidence |=
            mine.count > 0 || test->kind == KIND_REFUSED || test->kind == KIND_OUTSIDE_ARRAY;
        records_free(&mine);
        records_free(&its);
    }
    return likeness;
}

const Answer *diagnose(const Answer *answer, const Verdict *verdict, Answers wrong) {
    const Answer *partly = NULL;
    if (!verdict_first_failed(verdict))
        return NULL;
    for (int i = 0; i < wrong.count; i++) {
        Likeness likeness = compare(answer, verdict, &wrong.answers[i]);
        if (likeness.in_all && likeness.has_evidence)
            return &wrong.answers[i];
        if (likeness.in_failed && likeness.wrong_values >= ENOUGH_VALUES && !partly)
            partly = &wrong.answers[i];
    }
    return partly;
}
