/* Comparisons with references: where it first differs, and what a wrong gradient looks like. */
#include "harness_internal.h"

#include <math.h>
#include <stdio.h>

static double root_mean_square(const double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return count ? sqrt(sum / (double)count) : 0;
}

static Comparison compare(Axes axes, const float *got, const double *expected, double tolerance) {
    Comparison result = {.axes = axes, .got = got, .expected = expected, .tolerance = tolerance};
    result.count = axes_count(axes);
    result.scale = root_mean_square(expected, result.count);
    double largest = -1;
    for (size_t i = 0; i < result.count; i++) {
        result.unwritten += is_unwritten(got[i]);
        if (values_close(got[i], expected[i], result.scale, tolerance))
            continue;
        if (result.wrong++ == 0)
            result.first = i;
        double difference = fabs(got[i] - expected[i]);
        if (difference > largest || (isnan(difference) && largest < 0)) {
            largest = difference;
            result.largest = i;
        }
    }
    return result;
}

/* "outputs(n=0, h=1, w=2, c=0)"; a single number has no index. */
static const char *place(const char *name, Axes axes, size_t at, char text[AXES_TEXT * 2]) {
    char index[AXES_TEXT] = "";
    if (axes.rank > 0)
        axes_text(axes, at, index);
    snprintf(text, AXES_TEXT * 2, "%s%s", name, index);
    return text;
}

static const char *(*explain_failure)(void);

void explain_failures_by(const char *(*explain)(void)) {
    explain_failure = explain;
}

/* "; every value is 0." or ". <explanation>" or "." */
static const char *ending(const Comparison *comparison) {
    static char text[MESSAGE_TEXT];
    char suggestion[SUGGESTION_TEXT];
    const char *explanation = explain_failure ? explain_failure() : "";
    suggest(comparison, suggestion);
    if (*explanation)
        snprintf(text, sizeof text, ". %s", explanation);
    else
        snprintf(text, sizeof text, "%s%s.", *suggestion ? "; " : "", suggestion);
    return text;
}

static void fail_unwritten(const char *name, const Comparison *comparison) {
    char text[AXES_TEXT * 2], suggestion[SUGGESTION_TEXT];
    size_t at = 0;
    suggest(comparison, suggestion);
    while (!is_unwritten(comparison->got[at]))
        at++;
    fail_test(
        "%s was never written, only added to, or made of a value that was not written: arrays "
        "for results hold rubbish before the call, so every value must be set, zeros too. "
        "Rubbish are %zu of %zu values%s%s.",
        place(name, comparison->axes, at, text), comparison->unwritten, comparison->count,
        *suggestion ? "; " : "", suggestion);
}

static void fail_value(const char *name, const Comparison *comparison, size_t at) {
    char text[AXES_TEXT * 2];
    place(name, comparison->axes, at, text);
    double got = comparison->got[at], expected = comparison->expected[at];
    if (comparison->count == 1)
        fail_test("%s is %.6g, expected %.6g%s", text, got, expected, ending(comparison));
    fail_test("%s is %.6g, expected %.6g; %zu of %zu values differ%s", text, got, expected,
              comparison->wrong, comparison->count, ending(comparison));
}

static Comparison compare_and_record(const char *name, Axes axes, const float *got,
                                     const double *expected, double tolerance) {
    check_guards();
    Comparison comparison = compare(axes, got, expected, tolerance);
    record_comparison(name, axes, got, expected, comparison.wrong > 0);
    if (comparison.wrong && comparison.unwritten)
        fail_unwritten(name, &comparison);
    return comparison;
}

void expect_values(const char *name, Axes axes, const float *got, const double *expected,
                   double tolerance) {
    Comparison comparison = compare_and_record(name, axes, got, expected, tolerance);
    if (comparison.wrong)
        fail_value(name, &comparison, comparison.first);
}

void expect_number(const char *what, double got, double expected, double tolerance) {
    float value = (float)got;
    expect_values(what, (Axes){.rank = 0}, &value, &expected, tolerance);
}

void expect_integer(const char *what, int got, int expected) {
    expect_number(what, got, expected, 0);
}

void expect_gradient(const char *name, Axes axes, const float *got, const double *expected,
                     double tolerance, const Factor *factors) {
    Comparison comparison = compare_and_record(name, axes, got, expected, tolerance);
    if (!comparison.wrong)
        return;
    comparison.factors = factors;
    char text[AXES_TEXT * 2];
    size_t at = comparison.largest;
    fail_test("%s is %.6g, expected %.6g: the largest difference; %zu of %zu values differ%s",
              place(name, axes, at, text), got[at], expected[at], comparison.wrong,
              comparison.count, ending(&comparison));
}
