/* Comparisons with references: where it first differs, and what a wrong gradient looks like. */
#include "harness_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double no_difference = 1e-7; /* of values around 0 */

typedef struct Comparison {
    Axes axes;
    const float *got;
    const double *expected;
    size_t count, wrong, first, largest; /* how many differ; the first and the largest such place */
    size_t unwritten;                    /* how many were never written */
    double tolerance, scale;
} Comparison;

static double root_mean_square(const double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return count ? sqrt(sum / (double)count) : 0;
}

static bool is_close(double got, double expected, double scale, double tolerance) {
    return fabs(got - expected) <= tolerance * (fabs(expected) + scale) + no_difference * tolerance;
}

static Comparison compare(Axes axes, const float *got, const double *expected, double tolerance) {
    Comparison result = {.axes = axes, .got = got, .expected = expected, .tolerance = tolerance};
    result.count = axes_count(axes);
    result.scale = root_mean_square(expected, result.count);
    double largest = -1;
    for (size_t i = 0; i < result.count; i++) {
        result.unwritten += is_unwritten(got[i]);
        if (is_close(got[i], expected[i], result.scale, tolerance))
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

static void fail_unwritten(const char *name, const Comparison *comparison) {
    char text[AXES_TEXT * 2];
    size_t at = 0;
    while (!is_unwritten(comparison->got[at]))
        at++;
    fail_test("%s was never written, or only added to: before the call the array holds rubbish, so "
              "every value must be set, zeros too. So it is with %zu of %zu values.",
              place(name, comparison->axes, at, text), comparison->unwritten, comparison->count);
}

static void fail_value(const char *name, const Comparison *comparison, size_t at) {
    char text[AXES_TEXT * 2];
    place(name, comparison->axes, at, text);
    double got = comparison->got[at], expected = comparison->expected[at];
    if (comparison->count == 1)
        fail_test("%s is %.6g, expected %.6g.", text, got, expected);
    fail_test("%s is %.6g, expected %.6g; %zu of %zu values differ.", text, got, expected,
              comparison->wrong, comparison->count);
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

/* Whether got = ratio * expected everywhere. */
static bool has_ratio(const Comparison *comparison, double ratio) {
    for (size_t i = 0; i < comparison->count; i++)
        if (!is_close(comparison->got[i], ratio * comparison->expected[i],
                      fabs(ratio) * comparison->scale, 10 * comparison->tolerance))
            return false;
    return true;
}

/* The ratio with the least squared error. */
static double best_ratio(const Comparison *comparison) {
    double products = 0, squares = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        products += comparison->got[i] * comparison->expected[i];
        squares += comparison->expected[i] * comparison->expected[i];
    }
    return squares > 0 ? products / squares : NAN;
}

static bool is_ratio(double ratio, double value) {
    return fabs(ratio - value) < 1e-3 * fabs(value);
}

static void name_factor(double ratio, const Factor *factors, char *text, size_t size) {
    snprintf(text, size, "every value is %.4g times the expected one", ratio);
    for (const Factor *factor = factors; factor && factor->meaning; factor++) {
        if (is_ratio(fabs(ratio), factor->value))
            snprintf(text, size,
                     "every value is %.4g times too large: the division by %s seems missing",
                     factor->value, factor->meaning);
        else if (is_ratio(fabs(ratio), 1 / factor->value))
            snprintf(text, size,
                     "every value is %.4g times too small: divided by %s, or not multiplied by it",
                     factor->value, factor->meaning);
    }
    if (ratio < 0)
        strncat(text, " (and the sign is wrong)", size - strlen(text) - 1);
}

static bool is_off_by_constant(const Comparison *comparison) {
    double offset = comparison->got[0] - comparison->expected[0];
    for (size_t i = 0; i < comparison->count; i++)
        if (!is_close(comparison->got[i] - comparison->expected[i], offset, comparison->scale,
                      10 * comparison->tolerance))
            return false;
    return true;
}

/* What the differences suggest; "" if nothing. */
static void suggest(const Comparison *comparison, const Factor *factors, char *text, size_t size) {
    double ratio = best_ratio(comparison);
    text[0] = '\0';
    if (isnan(ratio))
        return;
    if (is_ratio(ratio, -1) && has_ratio(comparison, -1))
        snprintf(text, size, "the sign is wrong: every value is minus the expected one");
    else if (has_ratio(comparison, 0))
        snprintf(text, size, "every value is 0");
    else if (has_ratio(comparison, ratio))
        name_factor(ratio, factors, text, size);
    else if (comparison->count > 2 && is_off_by_constant(comparison))
        snprintf(text, size,
                 "all values are off by the same amount: a term is missing, or one too "
                 "many");
    else if (comparison->wrong * 2 < comparison->count)
        snprintf(text, size,
                 "most values are right: look at what is special about this place (a "
                 "border, the first or last index)");
    else if (ratio > 0.5 && ratio < 2)
        snprintf(text, size, "the values go the right way, but a term seems missing or wrong");
}

void expect_gradient(const char *name, Axes axes, const float *got, const double *expected,
                     double tolerance, const Factor *factors) {
    Comparison comparison = compare_and_record(name, axes, got, expected, tolerance);
    if (!comparison.wrong)
        return;
    char text[AXES_TEXT * 2], suggestion[MESSAGE_TEXT / 4];
    suggest(&comparison, factors, suggestion, sizeof suggestion);
    size_t at = comparison.largest;
    fail_test("%s is %.6g, expected %.6g: the largest difference; %zu of %zu values differ%s%s.",
              place(name, axes, at, text), got[at], expected[at], comparison.wrong,
              comparison.count, suggestion[0] ? "; " : "", suggestion);
}
