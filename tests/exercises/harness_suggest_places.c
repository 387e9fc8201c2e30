/* Wrong values that are the right ones elsewhere: in another order, moved. */
#include "harness_suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SHIFT = 2, MOST_COMPARED = 4096 };

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool are_same_values(const Comparison *c) {
    double *got = new_doubles(c->count), *expected = new_doubles(c->count);
    for (size_t i = 0; i < c->count; i++) {
        got[i] = c->got[i];
        expected[i] = c->expected[i];
    }
    qsort(got, c->count, sizeof *got, compare_doubles);
    qsort(expected, c->count, sizeof *expected, compare_doubles);
    for (size_t i = 0; i < c->count; i++)
        if (!values_close(got[i], expected[i], c->scale, c->tolerance))
            return false;
    return true;
}

/* Whether the value of each index lies where it would if memory had the axes in this order. */
static bool lies_as(const Comparison *c, const int order[MAX_AXES]) {
    for (size_t i = 0; i < c->count; i++) {
        int index[MAX_AXES];
        axes_index(c->axes, i, index);
        size_t at = 0;
        for (int a = 0; a < c->axes.rank; a++)
            at = at * (size_t)c->axes.size[order[a]] + (size_t)index[order[a]];
        if (!is_like(c, at, c->expected[i]))
            return false;
    }
    return true;
}

static bool say_order(const Comparison *c, const int order[MAX_AXES], char text[SUGGESTION_TEXT]) {
    char got[3 * MAX_AXES + 1] = "", expected[3 * MAX_AXES + 1] = "";
    for (int a = 0; a < c->axes.rank; a++) {
        const char *comma = a ? ", " : "";
        sprintf(got + strlen(got), "%s%c", comma, c->axes.letter[order[a]]);
        sprintf(expected + strlen(expected), "%s%c", comma, c->axes.letter[a]);
    }
    return say(text, "the values are right, but lie in memory as (%s) instead of (%s)", got,
               expected);
}

bool is_transposed(const Comparison *c, char text[SUGGESTION_TEXT]) {
    int rank = c->axes.rank, orders = 1;
    for (int a = 0; a < rank; a++)
        orders *= rank;
    for (int number = 0; number < orders; number++) {
        int order[MAX_AXES], digits = number;
        unsigned seen = 0;
        bool moved = false, plain = true; /* an axis of one index has no order */
        for (int a = 0; a < rank; a++, digits /= rank) {
            order[a] = digits % rank;
            seen |= 1u << order[a];
            moved = moved || order[a] != a;
            plain = plain && (order[a] == a || (c->axes.size[a] > 1 && c->axes.size[order[a]] > 1));
        }
        if (moved && plain && seen + 1 == 1u << rank && lies_as(c, order))
            return say_order(c, order, text);
    }
    return false;
}

/* Whether got(index) is expected(index - shift) wherever both exist and something is there. */
static bool is_moved_by(const Comparison *c, const int shift[MAX_AXES]) {
    size_t matches = 0;
    for (size_t i = 0; i < c->count; i++) {
        int index[MAX_AXES];
        axes_index(c->axes, i, index);
        size_t from = 0;
        bool inside = true;
        for (int a = 0; a < c->axes.rank; a++) {
            int before = index[a] - shift[a];
            inside = inside && before >= 0 && before < c->axes.size[a];
            from = from * (size_t)c->axes.size[a] + (size_t)before;
        }
        if (!inside)
            continue;
        if (!is_like(c, i, c->expected[from]))
            return false;
        matches += c->expected[from] != 0;
    }
    return matches > FEW;
}

static bool say_shift(const Comparison *c, const int shift[MAX_AXES], char text[SUGGESTION_TEXT]) {
    char moves[64] = "";
    for (int a = 0; a < c->axes.rank; a++)
        if (shift[a])
            sprintf(moves + strlen(moves), "%s%+d along %c", moves[0] ? ", " : "", shift[a],
                    c->axes.letter[a]);
    return say(text, "the values are right, but lie %s", moves);
}

bool is_moved(const Comparison *c, char text[SUGGESTION_TEXT]) {
    int shifts = 1, each = 2 * MOST_SHIFT + 1;
    for (int a = 0; a < c->axes.rank; a++)
        shifts *= each;
    if (c->axes.rank == 0 || c->count > MOST_COMPARED)
        return false;
    for (int number = 0; number < shifts; number++) {
        int shift[MAX_AXES], digits = number;
        bool moved = false;
        for (int a = 0; a < c->axes.rank; a++, digits /= each) {
            shift[a] = digits % each - MOST_SHIFT;
            moved = moved || shift[a] != 0;
        }
        if (moved && is_moved_by(c, shift))
            return say_shift(c, shift, text);
    }
    return false;
}

bool is_elsewhere(const Comparison *c, char text[SUGGESTION_TEXT]) {
    return c->count >= FEW && c->axes.rank > 0 && are_same_values(c) &&
           say(text, "all the right values are there, but in other places: look at the index");
}
