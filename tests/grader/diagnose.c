/* Compares what an answer gave with what the known wrong answers give. */
#include "diagnose.h"

#include "base/memory.h"
#include "files.h"
#include "records.h"

#include <string.h>

/* So many values must differ from the expected ones, or so many tests fail in the same way, before
 * a part of the tests is evidence. */
enum { ENOUGH_VALUES = 4, ENOUGH_TESTS = 3 };

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

/* ---- where no wrong answer fits as a whole: two mistakes at once ---- */

/* What a wrong answer has in common with the student's in one test that both fail. */
typedef struct Part {
    bool explains, misses; /* the same outputs; others */
    long wrong_values;
} Part;

/* The same in all tests. */
typedef struct Share {
    Part *parts;
    int explained, missed;
    long wrong_values; /* in those that it explains */
} Share;

/* A mistake of which a passed test would know is none of the answer's. */
static bool is_ruled_out(const Verdict *verdict, const Verdict *other) {
    for (int t = 0; t < verdict->num_tests; t++)
        if (verdict->tests[t].kind == KIND_PASSED && other->tests[t].kind != KIND_PASSED)
            return true;
    return other->num_tests != verdict->num_tests;
}

static Part part_of(const Answer *answer, const TestVerdict *test, const Answer *wrong,
                    const TestVerdict *its_test) {
    if (test->kind == KIND_PASSED || its_test->kind == KIND_PASSED)
        return (Part){0};
    Records mine = records_read(answer->directory, test->name);
    Records its = records_read(wrong->directory, test->name);
    bool explains = mine.count > 0 && is_same_end(test, its_test) && records_equal(&mine, &its);
    Part part = {explains, !explains, records_wrong_values(&mine)};
    records_free(&mine);
    records_free(&its);
    return part;
}

static void add_up(Share *share, int num_tests) {
    share->explained = share->missed = 0;
    share->wrong_values = 0;
    for (int t = 0; t < num_tests; t++) {
        share->explained += share->parts[t].explains;
        share->missed += share->parts[t].misses;
        if (share->parts[t].explains)
            share->wrong_values += share->parts[t].wrong_values;
    }
}

static Share share_of(const Answer *answer, const Verdict *verdict, const Answer *wrong) {
    Verdict other = answer_verdict(wrong);
    Share share = {.parts = memory_new((size_t)verdict->num_tests, sizeof(Part))};
    if (is_ruled_out(verdict, &other))
        return share;
    for (int t = 0; t < verdict->num_tests; t++)
        share.parts[t] = part_of(answer, &verdict->tests[t], wrong, &other.tests[t]);
    add_up(&share, verdict->num_tests);
    return share;
}

/* A mistake that most of its own failed tests speak against is another one. */
static bool is_evidence(const Share *share) {
    return share->explained > 0 && share->explained >= share->missed &&
           (share->explained >= ENOUGH_TESTS || share->wrong_values >= ENOUGH_VALUES);
}

/* Whether a explains more than b, or as much with fewer tests left over. */
static bool is_better(const Share *a, const Share *b) {
    return a->explained > b->explained || (a->explained == b->explained && a->missed < b->missed);
}

/* The best of the shares; -1 if none is evidence, or if two are equally good. */
static int best_share(const Share *shares, int count) {
    int best = -1, rivals = 0;
    for (int i = 0; i < count; i++) {
        if (!is_evidence(&shares[i]))
            continue;
        bool better = best < 0 || is_better(&shares[i], &shares[best]);
        rivals = better ? 0 : rivals + !is_better(&shares[best], &shares[i]);
        best = better ? i : best;
    }
    return rivals ? -1 : best;
}

/* What one mistake explains says nothing for or against another. */
static void take_away(Share *share, const Part *explained, int num_tests) {
    for (int t = 0; t < num_tests; t++)
        if (explained[t].explains)
            share->parts[t] = (Part){0};
    add_up(share, num_tests);
}

static const char *tests_text(const Share *share, const Verdict *verdict) {
    const char *text = "";
    for (int t = 0; t < verdict->num_tests; t++)
        if (share->parts[t].explains)
            text = text_of("%s%s%s", text, *text ? ", " : "", verdict->tests[t].name);
    return text;
}

/* The mistakes that tests alone look like, at most two; NULL if they do not account for more
 * than three fifths of what failed: less may be chance. */
static const char *diagnosis_by_tests(const Answer *answer, const Verdict *verdict, Answers wrong) {
    enum { MOST = 2 };
    Share *shares = memory_new((size_t)wrong.count, sizeof *shares);
    for (int i = 0; i < wrong.count; i++)
        shares[i] = share_of(answer, verdict, &wrong.answers[i]);
    const char *text = NULL;
    int explained_tests = 0;
    for (int found = 0; found < MOST; found++) {
        int best = best_share(shares, wrong.count);
        if (best < 0)
            break;
        text = text_of("%s%s%s (test %s)", text ? text : "", text ? "\nAnd like: " : "",
                       wrong_answer_diagnosis(&wrong.answers[best]),
                       tests_text(&shares[best], verdict));
        explained_tests += shares[best].explained;
        size_t bytes = (size_t)verdict->num_tests * sizeof(Part);
        Part *explained = memcpy(memory_new(bytes, 1), shares[best].parts, bytes);
        for (int i = 0; i < wrong.count; i++)
            take_away(&shares[i], explained, verdict->num_tests);
    }
    int failed = verdict->num_tests - verdict->passed;
    return 5 * explained_tests > 3 * failed ? text : NULL;
}

const char *diagnosis_of(const Answer *answer, const Verdict *verdict, Answers wrong) {
    const Answer *found = diagnose(answer, verdict, wrong);
    if (found)
        return wrong_answer_diagnosis(found);
    return verdict_first_failed(verdict) ? diagnosis_by_tests(answer, verdict, wrong) : NULL;
}
