/* Which answers need grading, and several of them at a time. */
#include "answer.h"

#include "base/error.h"
#include "base/limits.h"
#include "files.h"
#include "grade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_newer_header(const Answer *answer, double time) {
    const char *folder =
        text_of("%.*s", (int)(strrchr(answer->source, '/') - answer->source), answer->source);
    for (const char *const *name = directory_names(folder, ".h"); *name; name++)
        if (file_time(text_of("%s/%s", folder, *name)) >= time)
            return true;
    return false;
}

static bool ran_out_of_time(const Answer *answer) {
    Verdict verdict = answer_verdict(answer);
    bool found = verdict.status == STATUS_TIMED_OUT;
    for (int t = 0; t < verdict.num_tests; t++)
        found = found || verdict.tests[t].kind == KIND_TIMED_OUT;
    return found;
}

/* A verdict holds while the file's bytes and all that is linked with it are the same. */
static bool is_graded(const Settings *settings, const Answer *answer) {
    double time = file_time(text_of("%s/verdict.json", answer->directory));
    if (settings->force || time == 0 || has_newer_header(answer, time))
        return false;
    const char *copy = text_of("%s/answer.c", answer->directory);
    if (file_exists(answer->source) ? !files_equal(answer->source, copy) : file_exists(copy))
        return false;
    return time > grade_inputs_time(settings, answer->exercise) &&
           !(settings->retry && ran_out_of_time(answer));
}

static void wait_for_one(int *running) {
    int status = 0;
    require(wait(&status) > 0, "a grading process is lost; run the command again");
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
            "grading stopped for the reason above; run the command again");
    (*running)--;
}

void answers_grade(const Settings *settings, const Answer *answers, int count) {
    int jobs = allowed_processors(), running = 0;
    fflush(NULL);
    for (int i = 0; i < count; i++) {
        if (is_graded(settings, &answers[i]))
            continue;
        if (running == jobs)
            wait_for_one(&running);
        pid_t child = fork();
        require(child >= 0, "no more processes can be started");
        if (child == 0) {
            grade_answer(settings, &answers[i]);
            exit(EXIT_SUCCESS);
        }
        running++;
    }
    while (running > 0)
        wait_for_one(&running);
}
