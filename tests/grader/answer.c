/* Where an answer is, and what came of it. */
#include "answer.h"

#include "base/error.h"
#include "files.h"

Answer answer_of_student(const Settings *settings, const Exercise *exercise) {
    return (Answer){
        exercise, text_of("%s/%s/%s.c", settings->exercises, exercise->chapter, exercise->function),
        text_of("%s/%s/%s", settings->out, exercise->chapter, exercise->function)};
}

Answer answer_of_stub(const Settings *settings, const Exercise *exercise) {
    return (Answer){
        exercise,
        text_of("%s/stubs/%s/%s.c", settings->build, exercise->chapter, exercise->function),
        text_of("%s/grade/stubs/%s/%s", settings->build, exercise->chapter, exercise->function)};
}

Verdict answer_verdict(const Answer *answer) {
    const char *path = text_of("%s/verdict.json", answer->directory);
    json_error_t error;
    json_t *json = json_load_file(path, 0, &error);
    require(json, "%s: %s; remove it and run the command again", path, error.text);
    Verdict verdict = verdict_from_json(json);
    json_decref(json);
    return verdict;
}
