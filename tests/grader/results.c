/* Grades everything and keeps what came of it. */
#include "results.h"

#include "base/memory.h"
#include "diagnose.h"
#include "files.h"

#include <stdlib.h>
#include <string.h>

const char *lesson_of(const Exercise *exercise) {
    return text_of("chapters/%s/README.md", exercise->chapter);
}

/* In proportion to the tests passed, rounded down; the stub has none. */
static int points_of(const Exercise *exercise, const Verdict *verdict) {
    if (verdict->status == STATUS_DONE)
        return exercise->points;
    if (verdict->num_tests == 0)
        return 0;
    return exercise->points * verdict->passed / verdict->num_tests;
}

static void add_diagnosis(const Settings *settings, Result *result) {
    if (!verdict_first_failed(&result->verdict))
        return;
    Answers wrong = wrong_answers(settings, result->answer.exercise);
    result->verdict.diagnosis = diagnosis_of(&result->answer, &result->verdict, wrong);
}

/* Wrong answers and stubs are our own: no reports, no sandbox, verdicts kept. */
static Settings settings_for_our_own(const Settings *settings) {
    Settings own = *settings;
    own.reports_tap = own.reports_xml = own.force = own.retry = own.sandbox = false;
    return own;
}

Result *results_of(const Settings *settings) {
    Answer *answers = memory_new((size_t)num_exercises, sizeof *answers);
    Result *results = memory_new((size_t)num_exercises, sizeof *results);
    for (int e = 0; e < num_exercises; e++)
        answers[e] = answer_of_student(settings, &exercises[e]);
    answers_grade(settings, answers, num_exercises);
    const Settings plain = settings_for_our_own(settings);
    for (int e = 0; e < num_exercises; e++) {
        Verdict verdict = answer_verdict(&answers[e]);
        results[e] = (Result){answers[e], verdict, points_of(&exercises[e], &verdict)};
        add_diagnosis(&plain, &results[e]);
    }
    free(answers);
    return results;
}

void results_add_tests(const Settings *settings, Result *results, const char *chapter) {
    Settings plain = settings_for_our_own(settings);
    plain.grade_stubs = true;
    for (int e = 0; e < num_exercises; e++) {
        Verdict *verdict = &results[e].verdict;
        if (!exercise_in_chapter(&exercises[e], chapter) || verdict->status != STATUS_TO_DO)
            continue;
        Answer stub = answer_of_stub(settings, &exercises[e]);
        answers_grade(&plain, &stub, 1);
        Verdict of_stub = answer_verdict(&stub);
        verdict->tests = of_stub.tests;
        verdict->num_tests = of_stub.num_tests;
    }
}

static int all_points(const Result *results) {
    int points = 0;
    for (int e = 0; e < num_exercises; e++)
        points += results[e].points;
    return points;
}

static int number_done(const Result *results) {
    int done = 0;
    for (int e = 0; e < num_exercises; e++)
        done += results[e].verdict.status == STATUS_DONE;
    return done;
}

static json_t *result_json(const Result *result) {
    const Exercise *exercise = result->answer.exercise;
    json_t *json =
        json_pack("{ss ss so ss si si}", "chapter", exercise->chapter, "function",
                  exercise->function, "file", text_json(result->answer.source), "lesson",
                  lesson_of(exercise), "points", result->points, "possible", exercise->points);
    json_t *verdict = verdict_json(&result->verdict);
    json_object_update(json, verdict);
    json_decref(verdict);
    return json;
}

static json_t *json_of(const Result *results) {
    json_t *list = json_array();
    int possible = 0;
    for (int e = 0; e < num_exercises; e++) {
        json_array_append_new(list, result_json(&results[e]));
        possible += exercises[e].points;
    }
    return json_pack("{si si si si so}", "points", all_points(results), "possible", possible,
                     "done", number_done(results), "functions", num_exercises, "exercises", list);
}

void results_write(const Settings *settings, const Result *results) {
    json_t *json = json_of(results);
    char *text = json_dumps(json, JSON_INDENT(1));
    file_write(text_of("%s.json", settings->out), text, strlen(text));
    free(text);
    json_decref(json);

    const char *passing = "";
    for (int e = 0; e < num_exercises; e++)
        if (results[e].verdict.status == STATUS_DONE)
            passing = text_of("%s%s/%s\n", passing, exercises[e].chapter, exercises[e].function);
    file_write(text_of("%s/passing", settings->out), passing, strlen(passing));
}
