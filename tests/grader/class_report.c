/* HTML of a class's grades: one page for the teacher, one for each student. */
#include "class_report.h"

#include "base/error.h"
#include "base/output_file.h"
#include "files.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char style[] = "tests/grader/class_report.css";

/* ---- pieces of a page ---- */

static void write_text(FILE *page, const char *text) {
    for (; *text; text++)
        switch (*text) {
        case '<':
            fputs("&lt;", page);
            break;
        case '>':
            fputs("&gt;", page);
            break;
        case '&':
            fputs("&amp;", page);
            break;
        case '"':
            fputs("&quot;", page);
            break;
        default:
            fputc(*text, page);
        }
}

static void write_element(FILE *page, const char *tag, const char *text) {
    fprintf(page, "<%s>", tag);
    write_text(page, text);
    fprintf(page, "</%s>\n", tag);
}

static void write_head(FILE *page, const char *title) {
    const char *rules = file_text(style, NULL);
    require(rules, "%s: cannot be read; run this from the repository's root", style);
    fprintf(page,
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<style>\n%s</style>\n",
            rules);
    write_element(page, "title", title);
    write_element(page, "h1", title);
}

/* ---- a submission's grading ---- */

static const json_t *exercise_json(const Submission *submission, int e) {
    return json_array_get(json_object_get(submission->grading, "exercises"), (size_t)e);
}

static const char *text_in(const json_t *json, const char *name) {
    const char *text = json_string_value(json_object_get(json, name));
    return text ? text : "";
}

static int number_in(const json_t *json, const char *name) {
    return (int)json_integer_value(json_object_get(json, name));
}

static bool has_status(const json_t *exercise, Status status) {
    return strcmp(text_in(exercise, "status"), status_name(status)) == 0;
}

/* Attempted, but not done. */
static bool falls_short(const json_t *exercise) {
    return exercise && !has_status(exercise, STATUS_DONE) && !has_status(exercise, STATUS_TO_DO);
}

static const json_t *first_failed(const json_t *exercise) {
    const json_t *tests = json_object_get(exercise, "tests");
    for (size_t t = 0; t < json_array_size(tests); t++)
        if (strcmp(text_in(json_array_get(tests, t), "status"), "passed") != 0)
            return json_array_get(tests, t);
    return NULL;
}

/* ---- the table of students ---- */

static bool has_predictions(const Class *class) {
    for (int s = 0; s < class->count; s++)
        if (class->submissions[s].predictions > 0)
            return true;
    return false;
}

/* Chapters above, functions below. */
static void write_students_head(FILE *page, bool predictions) {
    int columns = predictions ? 4 : 3;
    fprintf(page, "<thead><tr><th colspan=\"%d\"></th>", columns);
    for (int e = 0, same; e < num_exercises; e += same) {
        for (same = 1; e + same < num_exercises; same++)
            if (strcmp(exercises[e].chapter, exercises[e + same].chapter) != 0)
                break;
        fprintf(page, "<th colspan=\"%d\" title=\"%s\">%.2s</th>", same, exercises[e].chapter,
                exercises[e].chapter);
    }
    fputs("</tr>\n<tr class=\"turned\"><th scope=\"col\">student</th>"
          "<th scope=\"col\">points</th><th scope=\"col\">done</th>",
          page);
    if (predictions)
        fputs("<th scope=\"col\"><span>predictions</span></th>", page);
    for (int e = 0; e < num_exercises; e++)
        fprintf(page, "<th scope=\"col\"><span>%s</span></th>", exercises[e].function);
    fputs("</tr></thead>\n", page);
}

static void write_mark(FILE *page, const json_t *exercise) {
    bool to_do = has_status(exercise, STATUS_TO_DO), done = has_status(exercise, STATUS_DONE);
    bool wrong = has_status(exercise, STATUS_WRONG);
    const char *diagnosis = text_in(exercise, "diagnosis");
    fprintf(page, "<td class=\"%s\" title=\"",
            to_do   ? ""
            : done  ? "done"
            : wrong ? "wrong"
                    : "crashed");
    write_text(page, text_of("%s: %s", text_in(exercise, "function"), text_in(exercise, "status")));
    if (*diagnosis)
        write_text(page, text_of("; %s", diagnosis));
    fputs("\">", page);
    if (to_do)
        fputs("&middot;", page);
    else
        fprintf(page, "%d%s", number_in(exercise, "points"), done ? "" : wrong ? " &times;" : " !");
    fputs("</td>", page);
}

/* Letters and digits as they are; others, which have a meaning in links, by their codes. */
static const char *in_link(const char *name) {
    const char *link = "";
    for (; *name; name++)
        link = text_of(isalnum((unsigned char)*name) ? "%s%c" : "%s%%%02X", link,
                       (unsigned char)*name);
    return link;
}

/* questions: all that are asked, for the column of predictions; 0: there is none. */
static void write_student(FILE *page, const Submission *submission, int questions,
                          const char *folder) {
    fputs("<tr><th scope=\"row\">", page);
    if (!submission->grading) {
        write_text(page, submission->name);
        fprintf(page, "</th><td colspan=\"%d\">", num_exercises + (questions ? 3 : 2));
        write_text(page, submission->remark);
        fputs("</td></tr>\n", page);
        return;
    }
    fprintf(page, "<a href=\"%s/%s.html\">", in_link(folder), in_link(submission->name));
    write_text(page, submission->name);
    fprintf(page, "</a></th><td>%d</td><td>%d</td>", number_in(submission->grading, "points"),
            number_in(submission->grading, "done"));
    if (questions)
        fprintf(page, "<td>%d of %d</td>", submission->predictions, questions);
    for (int e = 0; e < num_exercises; e++)
        write_mark(page, exercise_json(submission, e));
    fputs("</tr>\n", page);
}

static void write_students(FILE *page, const Class *class, const char *folder) {
    bool predictions = has_predictions(class);
    fputs(
        "<h2>Students</h2>\n<p class=\"key\">Points by exercise: <span class=\"done\">done</span> "
        "<span class=\"wrong\">&times; wrong</span> <span class=\"crashed\">! crashed, timed out "
        "or "
        "does not compile</span> <span>&middot; to do</span></p>\n<div class=\"wide\"><table>\n",
        page);
    write_students_head(page, predictions);
    fputs("<tbody>\n", page);
    for (int s = 0; s < class->count; s++)
        write_student(page, &class->submissions[s], predictions ? class->questions : 0, folder);
    fputs("</tbody></table></div>\n", page);
}

/* ---- the table of exercises ---- */

/* What is told of an answer that falls short: the known mistake, or the first test that fails. */
static const char *reason_of(const json_t *exercise) {
    const char *diagnosis = text_in(exercise, "diagnosis");
    const json_t *test = first_failed(exercise);
    if (*diagnosis)
        return diagnosis;
    if (test)
        return text_of("no known mistake; the first test that fails: %s", text_in(test, "title"));
    return text_in(exercise, "status");
}

/* The reason that most submissions share, and how many do; NULL if none falls short. */
static const char *commonest_reason(const Class *class, int e, int *shared) {
    const char *commonest = NULL;
    *shared = 0;
    for (int s = 0; s < class->count; s++) {
        const json_t *exercise = exercise_json(&class->submissions[s], e);
        if (!falls_short(exercise))
            continue;
        const char *reason = reason_of(exercise);
        int same = 0;
        for (int other = 0; other < class->count; other++) {
            const json_t *its = exercise_json(&class->submissions[other], e);
            same += falls_short(its) && strcmp(reason_of(its), reason) == 0;
        }
        if (same > *shared) {
            *shared = same;
            commonest = reason;
        }
    }
    return commonest;
}

static void write_exercise(FILE *page, const Class *class, int e) {
    int done = 0, wrong = 0, to_do = 0, shared;
    for (int s = 0; s < class->count; s++) {
        const json_t *exercise = exercise_json(&class->submissions[s], e);
        done += exercise && has_status(exercise, STATUS_DONE);
        to_do += exercise && has_status(exercise, STATUS_TO_DO);
        wrong += falls_short(exercise);
    }
    const char *reason = commonest_reason(class, e, &shared);
    fprintf(page,
            "<tr><td>%.2s</td><td>%s</td><td class=\"number\">%d</td><td class=\"number\">%d</td>"
            "<td class=\"number\">%d</td><td>",
            exercises[e].chapter, exercises[e].function, done, wrong, to_do);
    if (reason)
        write_text(page, text_of("%s (%d of %d)", reason, shared, wrong));
    fputs("</td></tr>\n", page);
}

static void write_exercises(FILE *page, const Class *class) {
    fputs("<h2>Exercises</h2>\n<div "
          "class=\"scroll\"><table>\n<thead><tr><th>chapter</th><th>exercise</th><th>done</th>"
          "<th>fell short</th><th>to do</th><th>the commonest reason</th></tr></thead>\n<tbody>\n",
          page);
    for (int e = 0; e < num_exercises; e++)
        write_exercise(page, class, e);
    fputs("</tbody></table></div>\n", page);
}

/* ---- a student's page ---- */

static void write_shortfall(FILE *page, const json_t *exercise) {
    const json_t *test = first_failed(exercise);
    write_element(page, "h3", text_in(exercise, "function"));
    fprintf(page, "<p>%s; %d of %d points. The lesson is %s.</p>\n", text_in(exercise, "status"),
            number_in(exercise, "points"), number_in(exercise, "possible"),
            text_in(exercise, "lesson"));
    if (test)
        write_element(page, "p", text_of("The first test that fails: %s.", text_in(test, "title")));
    write_element(page, "pre", text_in(exercise, "message"));
    if (*text_in(exercise, "diagnosis"))
        write_element(page, "p", text_of("This looks like: %s", text_in(exercise, "diagnosis")));
}

/* "custom_padding, conv2d_forward_loops" */
static const char *functions_with(const Submission *submission, Status status) {
    const char *list = "";
    for (int e = 0; e < num_exercises; e++)
        if (has_status(exercise_json(submission, e), status))
            list = text_of("%s%s%s", list, *list ? ", " : "", exercises[e].function);
    return *list ? list : "none";
}

static void write_feedback(const Submission *submission, const char *path) {
    OutputFile *file = output_open(path);
    FILE *page = output_stream(file);
    write_head(page, submission->name);
    fprintf(page, "<p>%d of %d points, %d of %d functions done.</p>\n",
            number_in(submission->grading, "points"), number_in(submission->grading, "possible"),
            number_in(submission->grading, "done"), num_exercises);
    fputs("<h2>What falls short</h2>\n", page);
    int count = 0;
    for (int e = 0; e < num_exercises; e++)
        if (falls_short(exercise_json(submission, e))) {
            write_shortfall(page, exercise_json(submission, e));
            count++;
        }
    if (count == 0)
        fputs("<p>Nothing that was attempted.</p>\n", page);
    write_element(page, "h2", "Done");
    write_element(page, "p", functions_with(submission, STATUS_DONE));
    write_element(page, "h2", "To do");
    write_element(page, "p", functions_with(submission, STATUS_TO_DO));
    output_commit(file);
}

/* ---- all together ---- */

static void write_summary(FILE *page, const Class *class) {
    int graded = 0, points = 0, possible = 0;
    for (int s = 0; s < class->count; s++)
        if (class->submissions[s].grading) {
            graded++;
            points += number_in(class->submissions[s].grading, "points");
            possible = number_in(class->submissions[s].grading, "possible");
        }
    time_t now = time(NULL);
    char date[32];
    strftime(date, sizeof date, "%Y-%m-%d %H:%M", localtime(&now));
    fprintf(page, "<p>%d submissions, graded on %s; on average %.1f of %d points.</p>\n",
            class->count, date, graded ? (double)points / graded : 0, possible);
}

const char *class_report_folder(const char *path) {
    static const char ending[] = ".html";
    size_t length = strlen(path), end = strlen(ending);
    require(length > end && strcmp(path + length - end, ending) == 0,
            "%s: give OUT a name that ends with %s", path, ending);
    const char *folder = text_of("%.*s", (int)(length - end), path);
    output_make_directory(folder);
    return folder;
}

void class_report(const Class *class, const char *path) {
    const char *folder = class_report_folder(path);
    for (int s = 0; s < class->count; s++) {
        const char *feedback = text_of("%s/%s.html", folder, class->submissions[s].name);
        if (class->submissions[s].grading)
            write_feedback(&class->submissions[s], feedback);
        else
            unlink(feedback); /* an earlier grading's */
    }
    OutputFile *file = output_open(path);
    FILE *page = output_stream(file);
    const char *slash = strrchr(folder, '/');
    write_head(page, "A class's grades");
    write_summary(page, class);
    write_students(page, class, slash ? slash + 1 : folder);
    write_exercises(page, class);
    output_commit(file);
}
