/* Grades a class. */
#include "class.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/output_file.h"
#include "files.h"
#include "predictions.h"
#include "results.h"
#include "sandbox.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The folder that looks like exercises/ in a submission; NULL if there is none. */
static const char *exercises_in(const char *submission) {
    const char *inside = text_of("%s/exercises", submission);
    if (is_directory(inside))
        return inside;
    for (int e = 0; e < num_exercises; e++)
        if (is_directory(text_of("%s/%s", submission, exercises[e].chapter)))
            return submission;
    for (const char *const *name = directory_names(submission, ""); *name; name++) {
        const char *deeper = text_of("%s/%s/exercises", submission, *name);
        if (is_directory(deeper))
            return deeper;
    }
    return NULL;
}

/* In its own process: what goes wrong with one submission ends with it. */
static bool grade_submission(const Settings *settings) {
    fflush(NULL);
    pid_t child = fork();
    require(child >= 0, "no more processes can be started");
    if (child == 0) {
        output_make_directory(settings->out);
        results_write(settings, results_of(settings));
        exit(EXIT_SUCCESS);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

static void write_cell(FILE *file, const char *text) {
    if (!strpbrk(text, ",\"\n")) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

static void write_headings(FILE *file) {
    fprintf(file, "submission,points,possible,done");
    for (int e = 0; e < num_exercises; e++)
        fprintf(file, ",%s,%s status", exercises[e].function, exercises[e].function);
    fprintf(file, ",predictions,questions,remark\n");
}

static void write_marks(FILE *file, const json_t *json) {
    fprintf(file, ",%lld,%lld,%lld", json_integer_value(json_object_get(json, "points")),
            json_integer_value(json_object_get(json, "possible")),
            json_integer_value(json_object_get(json, "done")));
    const json_t *list = json_object_get(json, "exercises");
    for (int e = 0; e < num_exercises; e++) {
        const json_t *one = json_array_get(list, (size_t)e);
        fprintf(file, ",%lld,%s", json_integer_value(json_object_get(one, "points")),
                json_string_value(json_object_get(one, "status")));
    }
}

static void write_row(FILE *file, const Submission *submission, int questions) {
    write_cell(file, submission->name);
    if (submission->grading) {
        write_marks(file, submission->grading);
        fprintf(file, ",%d,%d", submission->predictions, questions);
    }
    for (int cell = 0; !submission->grading && cell < 5 + 2 * num_exercises; cell++)
        fputc(',', file);
    fputc(',', file);
    write_cell(file, submission->remark);
    fputc('\n', file);
}

void class_write_csv(const Class *class, const char *path) {
    OutputFile *file = output_open(path);
    write_headings(output_stream(file));
    for (int s = 0; s < class->count; s++)
        write_row(output_stream(file), &class->submissions[s], class->questions);
    output_commit(file);
}

/* Whether the path leads, links followed, into the folder or is it. */
static bool is_within(const char *path, const char *folder) {
    char *real = realpath(path, NULL), *real_folder = realpath(folder, NULL);
    size_t length = real_folder ? strlen(real_folder) : 0;
    bool within = real && real_folder && strncmp(real, real_folder, length) == 0 &&
                  (real[length] == '/' || real[length] == '\0');
    free(real);
    free(real_folder);
    return within;
}

static bool has_odd_letters(const char *name) {
    for (; *name; name++)
        if (iscntrl((unsigned char)*name))
            return true;
    return false;
}

/* Why the submission cannot be graded; "" if it can. */
static const char *obstacle(const char *submission, const char *name, const char *inside) {
    struct stat status;
    if (has_odd_letters(name))
        return "its name holds a line break or the like; rename it";
    if (lstat(submission, &status) != 0 || !S_ISDIR(status.st_mode))
        return "it is a link and no folder";
    if (!inside)
        return "there is no exercises folder in it";
    if (!is_within(inside, submission))
        return "its exercises folder is a link that leads elsewhere";
    return "";
}

/* make predict-NN leaves its files beside exercises/. */
static int count_predictions(const char *submission, const char *inside) {
    const char *folder = text_of("%s/../build/predictions", inside);
    return is_within(folder, submission) ? predictions_guessed(folder) : 0;
}

static Submission grade_folder(const Settings *settings, const char *folder, const char *name) {
    const char *path = text_of("%s/%s", folder, name);
    Settings own = *settings;
    own.exercises = exercises_in(path);
    own.out = text_of("%s/class/%s", settings->build, name);
    Submission submission = {.name = name, .remark = obstacle(path, name, own.exercises)};
    if (*submission.remark)
        return submission;
    if (grade_submission(&own))
        submission.grading = json_load_file(text_of("%s.json", own.out), 0, NULL);
    if (!submission.grading)
        submission.remark = "grading broke off";
    submission.predictions = count_predictions(path, own.exercises);
    return submission;
}

/* What stands between the submissions and the teacher's files. */
static void print_containment(const Settings *settings) {
    if (settings->sandbox)
        printf("Submissions are compiled and run in bubblewrap: no network, nothing of yours to "
               "read or change.\n");
    else
        printf(
            "bubblewrap is not there (make setup installs it) or may not be used here "
            "(%s/sandbox.log says\nwhy). Not contained: the compiler may read what you may read, "
            "and a test that gets around the\ngrader's rules may read%s what you may.\n",
            settings->build, system_calls_are_filtered() ? " in memory" : ", write and send");
    if (!system_calls_are_filtered())
        printf("This system filters no system calls: a test may start processes.\n");
}

Class class_grade(const Settings *settings, const char *folder) {
    print_containment(settings);
    const char *const *names = directory_names(folder, "");
    size_t most = 0;
    while (names[most])
        most++;
    Class class = {.submissions = memory_new(most + 1, sizeof *class.submissions),
                   .questions = predictions_asked()};
    for (; *names; names++) {
        if (!is_directory(text_of("%s/%s", folder, *names)))
            continue;
        printf("%s\n", has_odd_letters(*names) ? "(a name with line breaks)" : *names);
        class.submissions[class.count++] = grade_folder(settings, folder, *names);
    }
    require(class.count > 0, "%s: holds no folders; each submission must be a folder of its own",
            folder);
    return class;
}
