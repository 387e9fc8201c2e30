/* The grader (tests/grader) in a page: the same rules, verdicts and diagnoses. What it would have
 * started, compiler, linker and tests, the page has run before, and left in done/.
 *
 *     judge FUNCTION            prints the verdict of exercises/NN_name/FUNCTION.c as JSON
 *     judge FUNCTION MISTAKE    of build/mistakes/FUNCTION/MISTAKE.c, without a diagnosis */
#include "grader/diagnose.h"

#include "grader/command.h"
#include "grader/place.h"
#include "grader/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void command_add(Command *command, const char *word) {
    (void)command;
    (void)word;
}

void command_add_words(Command *command, const char *words) {
    (void)command;
    (void)words;
}

/* Puts where the command would have put it what it gave: done/LOG/... The exit status is in
 * done/LOG/status; of a command that the page need not run there is nothing. */
int command_run(Command *command, const char *output, double seconds) {
    (void)command;
    (void)seconds;
    const char *log = strrchr(output, '/') + 1;
    const char *folder = text_of("%.*s", (int)(log - output), output);
    const char *done = text_of("done/%s", log);
    for (const char *const *name = directory_names(done, ""); *name; name++) {
        size_t size = 0;
        const char *text = file_text(text_of("%s/%s", done, *name), &size);
        file_write(text_of("%s%s", folder, *name), text, size);
    }
    const char *status = file_text(text_of("%s/status", done), NULL);
    return status ? atoi(status) : 0;
}

void sandbox_begin(Command *command, const char *writable) {
    (void)command;
    (void)writable;
}

void sandbox_show(Command *command, const char *path) {
    (void)command;
    (void)path;
}

/* The page itself finds the places. */
void places_add(json_t *tests, const char *program, const char *source) {
    (void)tests;
    (void)program;
    (void)source;
}

/* The wrong answers were graded when the kit was made. */
void answers_grade(const Settings *settings, const Answer *answers, int count) {
    (void)settings;
    (void)answers;
    (void)count;
}

static Answer wrong_answer(const Exercise *exercise, const char *mistake) {
    return (Answer){exercise, text_of("build/mistakes/%s/%s.c", exercise->function, mistake),
                    text_of("build/grade/wrong/%s/%s", exercise->function, mistake)};
}

int main(int argc, char **argv) {
    if (argc < 2)
        return EXIT_FAILURE;
    exercises_read();
    const Exercise *exercise = exercise_find(argv[1]);
    const Settings settings = {.build = "build",
                               .exercises = "exercises",
                               .out = "build/grade",
                               .compiler = "clang",
                               .flags = "",
                               .libraries = "",
                               .limit_scale = 1};
    Answer answer =
        argc == 3 ? wrong_answer(exercise, argv[2]) : answer_of_student(&settings, exercise);
    grade_answer(&settings, &answer);
    Verdict verdict = answer_verdict(&answer);
    if (argc == 2 && verdict_first_failed(&verdict))
        verdict.diagnosis = diagnosis_of(&answer, &verdict, wrong_answers(&settings, exercise));
    json_dumpf(verdict_json(&verdict), stdout, 0);
    return EXIT_SUCCESS;
}
