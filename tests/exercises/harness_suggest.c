/* What wrong values look like, by rules that hold for any array: a factor, a sum that runs on,
 * values in other places, one index alone. The first rule that fits is told. */
#include "harness_suggest.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const double no_difference = 1e-7; /* of values around 0 */

bool values_close(double got, double expected, double scale, double tolerance) {
    return fabs(got - expected) <= tolerance * (fabs(expected) + scale) + no_difference * tolerance;
}

bool say(char text[SUGGESTION_TEXT], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, SUGGESTION_TEXT, format, arguments);
    va_end(arguments);
    return true;
}

bool is_like(const Comparison *c, size_t i, double value) {
    return values_close(c->got[i], value, c->scale, 10 * c->tolerance);
}

/* ---- one function of the expected values ---- */

/* Whether each value is what `made` makes of the expected one. */
static bool is_made_by(const Comparison *c, double (*made)(double)) {
    for (size_t i = 0; i < c->count; i++)
        if (!is_like(c, i, made(c->expected[i])))
            return false;
    return true;
}

static double negative(double x) {
    return -x;
}
static double zero(double x) {
    return 0 * x;
}
static double positive_part(double x) {
    return fmax(x, 0);
}
static double square(double x) {
    return x * x;
}
static double reciprocal(double x) {
    return 1 / x;
}
static double degrees(double x) {
    return x * M_PI / 180;
}

/* A float without a value is -1.7e38 by the compiler's option for students (grade.mk). */
static bool is_not_finite(const Comparison *c, char text[SUGGESTION_TEXT]) {
    const double largest = 1e30 * (1 + c->scale);
    for (size_t i = 0; i < c->count; i++)
        if (isfinite(c->expected[i]) && !(fabs((double)c->got[i]) < largest))
            return say(text, "that is no sensible number: a variable without a value before it is "
                             "used or added to, a division by 0, or exp(), log(), sqrt() "
                             "or acos() of what it cannot take");
    return false;
}

/* Half of 0.5 is its square, too, and 0.1 is a tenth of 1 and the root of 0.01. */
static bool is_round(double x) {
    return fabs(16 * x - round(16 * x)) < 1e-6 || fabs(100 * x - round(100 * x)) < 1e-6;
}

static bool is_simple_function(const Comparison *c, char text[SUGGESTION_TEXT]) {
    static const struct {
        double (*made)(double);
        enum { ALWAYS, UNLESS_ROUND, NEVER } single; /* whether one number alone is evidence */
        const char *meaning;
    } functions[] = {
        {negative, ALWAYS, "the expected one with the wrong sign"},
        {degrees, ALWAYS, "in radians, not in degrees"},
        {square, UNLESS_ROUND, "the square of the expected one: a root is missing"},
        {sqrt, UNLESS_ROUND, "the root of the expected one"},
        {reciprocal, UNLESS_ROUND, "1 divided by the expected one: upside down"},
        {zero, NEVER, "0"},
        {fabs, NEVER, "the expected one without its sign"},
        {positive_part, NEVER, "the expected one, but 0 where that is negative"},
        {trunc, NEVER,
         "the expected one without its fraction: whole numbers (int) are computed with somewhere"},
    };
    bool single = c->count == 1;
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        bool is_evidence = !single || functions[f].single == ALWAYS ||
                           (functions[f].single == UNLESS_ROUND && !is_round(c->expected[0]));
        if (is_evidence && is_made_by(c, functions[f].made))
            return say(text, "%s %s", single ? "it is" : "every value is", functions[f].meaning);
    }
    return false;
}

/* ---- factors and terms ---- */

static bool is_ratio(double ratio, double value) {
    return fabs(ratio - value) < 1e-3 * fabs(value);
}

static bool is_known_factor(const Comparison *c, double ratio, char text[SUGGESTION_TEXT]) {
    for (const Factor *factor = c->factors; factor && factor->meaning; factor++) {
        double value = fabs(factor->value);
        if (is_ratio(fabs(ratio), value))
            return say(
                text,
                "every value is %.4g times the expected one: the division by %s seems missing",
                ratio, factor->meaning);
        if (is_ratio(fabs(ratio), 1 / value))
            return say(
                text,
                "every value is %.4g times the expected one: divided by %s, or not multiplied "
                "by it",
                ratio, factor->meaning);
    }
    return false;
}

/* Of one or two numbers any ratio would do: only those that come of a slip are told. */
static bool is_multiple(const Comparison *c, char text[SUGGESTION_TEXT]) {
    double ratio = best_ratio(c, whole(c));
    bool slip = is_ratio(fabs(ratio), 2) || is_ratio(fabs(ratio), 0.5);
    if (isnan(ratio) || !has_ratio(c, whole(c), ratio))
        return false;
    if (is_ratio(ratio, 1))
        return say(text,
                   "that is nearly right: a small term (an epsilon) is missing, or digits are "
                   "lost, in a float instead of a double for instance");
    if (!is_known_factor(c, ratio, text)) {
        if (c->count < FEW && (!slip || is_round(c->expected[0])))
            return false;
        say(text, "%s %.4g times the expected one", c->count < 2 ? "it is" : "every value is",
            ratio);
    }
    if (ratio < 0)
        strncat(text, " (and the sign is wrong)", SUGGESTION_TEXT - strlen(text) - 1);
    return true;
}

static bool is_off_by_constant(const Comparison *c, char text[SUGGESTION_TEXT]) {
    return c->count >= FEW && has_offset(c, whole(c)) &&
           say(text,
               "all values are off by the same amount, %.4g: a term is missing, or one too many",
               c->got[0] - c->expected[0]);
}

static bool is_running_sum(const Comparison *c, char text[SUGGESTION_TEXT]) {
    double sum = 0;
    for (size_t i = 0; i < c->count; i++)
        if (!is_like(c, i, sum += c->expected[i]))
            return false;
    return c->count >= FEW &&
           say(text, "each value is the sum of the expected ones up to it: a sum is "
                     "not set back to 0 for the next value");
}

static bool is_near(const Comparison *c, char text[SUGGESTION_TEXT]) {
    double ratio = best_ratio(c, whole(c));
    if (c->count < FEW || isnan(ratio))
        return false;
    if (c->wrong * 2 < c->count)
        return say(text,
                   "most values are right: look at what is special about this place (a border, "
                   "the first or last index, the label's class)");
    return ratio > 0.5 && ratio < 2 && c->axes.rank > 0 && c->wrong == c->count &&
           say(text, "the values are of the right size: look for a term or an index that is wrong");
}

/* Of what was never written: which these are. Where an array is set from its beginning, but only a
 * quarter of it, bytes were counted as values. */
static void suggest_unwritten(const Comparison *c, char text[SUGGESTION_TEXT]) {
    size_t written = 0;
    while (!is_unwritten(c->got[written]))
        written++;
    if (c->count >= 2 * sizeof(float) && written == c->count / sizeof(float))
        say(text, "only the first quarter of the array is set: memset() counts bytes, so give it "
                  "the number of values times sizeof(float)");
    else
        is_by_region(c, text);
}

void suggest(const Comparison *comparison, char text[SUGGESTION_TEXT]) {
    static Rule *const rules[] = {
        is_not_finite,  is_simple_function, is_multiple, is_off_by_constant,
        is_running_sum, is_transposed,      is_moved,    is_elsewhere,
        is_by_region,   is_by_factors,      is_near};
    text[0] = '\0';
    if (comparison->count == 1 && comparison->tolerance == 0) /* a whole number is what it is */
        return;
    if (comparison->unwritten) {
        suggest_unwritten(comparison, text);
        return;
    }
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++)
        if (rules[r](comparison, text))
            return;
}
