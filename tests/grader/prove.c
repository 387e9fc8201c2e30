/* Grades stubs, solutions and wrong answers, all in one go. */
#include "prove.h"

#include "base/memory.h"
#include "diagnose.h"
#include "files.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_WRONG_ANSWERS = 5, HINTS = 3 };

static int num_claims;
static bool all_hold = true;

/* One TAP line; the message explains a claim that does not hold. */
static void claim(bool holds, const char *message, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void claim(bool holds, const char *message, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%s %d - ", holds ? "ok" : "not ok", ++num_claims);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    if (!holds && message && *message)
        printf("# %s\n", message);
    all_hold = all_hold && holds;
}

static Answer solution_of(const Settings *settings, const Exercise *exercise) {
    return (Answer){exercise, text_of("solutions/%s/%s.c", exercise->chapter, exercise->function),
                    text_of("%s/grade/solutions/%s/%s", settings->build, exercise->chapter,
                            exercise->function)};
}

static void prove_stub(const Answer *stub) {
    const char *function = stub->exercise->function;
    Verdict verdict = answer_verdict(stub);
    claim(verdict.status != STATUS_NOT_COMPILED && !*verdict.warnings, verdict.warnings,
          "%s: the stub compiles without a warning", function);
    claim(verdict_first_failed(&verdict) != NULL, "it passes or was not run", "%s: the stub fails",
          function);
    claim(file_text(stub->source, NULL) && strstr(file_text(stub->source, NULL), "CODE HERE"), "",
          "%s: the stub says CODE HERE", function);
}

static void prove_solution(const Answer *solution) {
    Verdict verdict = answer_verdict(solution);
    claim(verdict.status == STATUS_DONE && verdict.num_tests > 0, verdict.message,
          "%s: the solution passes its %d tests", solution->exercise->function, verdict.num_tests);
}

/* "function/mistake" */
static const char *mistake_of(const Answer *wrong) {
    const char *name = strrchr(wrong->source, '/') + 1;
    return text_of("%s/%.*s", wrong->exercise->function, (int)(strlen(name) - strlen(".c")), name);
}

static void prove_wrong_answer(const Answer *wrong, Answers all) {
    const char *mistake = mistake_of(wrong);
    Verdict verdict = answer_verdict(wrong);
    claim(*wrong_answer_diagnosis(wrong), "", "%s: says its diagnosis", mistake);
    claim(verdict_first_failed(&verdict) != NULL, verdict.message, "%s: fails", mistake);
    const Answer *found = diagnose(wrong, &verdict, all);
    claim(found && strcmp(found->source, wrong->source) == 0,
          found ? text_of("taken for %s", mistake_of(found)) : "not recognised",
          "%s: is recognised", mistake);
}

/* Each line of misfits names a mistake that could not be made of the solution. */
static void prove_mistakes(const Settings *settings, const Exercise *exercise) {
    const char *function = exercise->function;
    const char *misfits =
        file_text(text_of("%s/mistakes/%s/misfits", settings->build, function), NULL);
    for (const char *line = misfits; line && *line; line += strcspn(line, "\n") + 1) {
        int name = (int)strcspn(line, ":"), whole = (int)strcspn(line, "\n");
        claim(false,
              text_of("%.*s; write its section of tests/exercises/mistakes/%s.txt again for "
                      "solutions/%s/%s.c as it is now",
                      whole - name - 2, line + name + 2, function, exercise->chapter, function),
              "%s/%.*s: fits the solution", function, name, line);
    }
    Answers wrong = wrong_answers(settings, exercise);
    claim(wrong.count >= LEAST_WRONG_ANSWERS, text_of("there are %d", wrong.count),
          "%s: has %d wrong answers or more", function, LEAST_WRONG_ANSWERS);
    for (int w = 0; w < wrong.count; w++)
        prove_wrong_answer(&wrong.answers[w], wrong);
}

/* The first line of a fault says the status and a part of the message or the place. */
static void prove_fault(const Answer *fault) {
    static const char mark[] = "/* Expect: ";
    const char *line = file_head(fault->source, 1);
    const char *expected = strstr(line, mark) ? line + strlen(mark) : "?: ?";
    size_t status_length = strcspn(expected, ":");
    const char *status = text_of("%.*s", (int)status_length, expected);
    const char *rest = expected + status_length + strlen(": ");
    const char *text = text_of("%.*s", (int)(strlen(rest) - strlen(" */")), rest);

    Verdict verdict = answer_verdict(fault);
    const TestVerdict *test = verdict_first_failed(&verdict);
    const char *said = text_of("%s [%s]", verdict.message, test ? test->place : "");
    claim(strcmp(status, status_name(verdict.status)) == 0 && strstr(said, text),
          text_of("%s: %s", status_name(verdict.status), said), "%s: %s: %s", fault->source, status,
          text);
}

static void prove_faults(const Settings *settings, const Exercise *exercise) {
    const char *folder = text_of("tests/exercises/faults/%s", exercise->function);
    Answers faults = answers_of_folder(settings, exercise, folder, "faults");
    for (int f = 0; f < faults.count; f++)
        prove_fault(&faults.answers[f]);
}

static void prove_hints(const Exercise *exercise) {
    const char *text = file_text(text_of("tests/exercises/hints/%s.txt", exercise->function), NULL);
    int hints = text != NULL;
    for (const char *at = text; at && (at = strstr(at, "\n---\n")); at++)
        hints++;
    claim(hints == HINTS, text_of("there are %d", hints), "%s: has %d hints", exercise->function,
          HINTS);
}

bool prove_exercises(const Settings *original, const char *function) {
    Settings settings = *original;
    settings.grade_stubs = true;
    Answer *answers = memory_new(2 * (size_t)num_exercises, sizeof *answers);
    int count = 0;
    for (int e = 0; e < num_exercises; e++)
        if (!function || strcmp(exercises[e].function, function) == 0) {
            answers[count++] = answer_of_stub(&settings, &exercises[e]);
            answers[count++] = solution_of(&settings, &exercises[e]);
        }
    answers_grade(&settings, answers, count);

    for (int i = 0; i < count; i += 2) {
        const Exercise *exercise = answers[i].exercise;
        prove_stub(&answers[i]);
        prove_solution(&answers[i + 1]);
        prove_mistakes(&settings, exercise);
        prove_hints(exercise);
        prove_faults(&settings, exercise);
    }
    printf("1..%d\n", num_claims);
    return all_hold;
}
