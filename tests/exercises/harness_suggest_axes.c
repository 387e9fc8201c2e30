/* Wrong values told by their index along one axis: which are wrong, and by which factor or amount
 * each. */
#include "harness_suggest.h"

#include <math.h>

static size_t part_at(Part part, size_t i) {
    return part.first + i / part.run * part.step + i % part.run;
}

Part whole(const Comparison *c) {
    return (Part){.run = c->count ? c->count : 1, .count = c->count};
}

static Part part_of(const Comparison *c, int axis, int index) {
    size_t run = 1;
    for (int a = axis + 1; a < c->axes.rank; a++)
        run *= (size_t)c->axes.size[a];
    size_t size = (size_t)c->axes.size[axis];
    return (Part){(size_t)index * run, run, run * size, c->count / size};
}

double best_ratio(const Comparison *c, Part part) {
    double products = 0, squares = 0;
    for (size_t i = 0; i < part.count; i++) {
        size_t at = part_at(part, i);
        products += c->got[at] * c->expected[at];
        squares += c->expected[at] * c->expected[at];
    }
    return squares > 0 ? products / squares : NAN;
}

bool has_ratio(const Comparison *c, Part part, double ratio) {
    for (size_t i = 0; i < part.count; i++) {
        size_t at = part_at(part, i);
        if (!values_close(c->got[at], ratio * c->expected[at], fabs(ratio) * c->scale,
                          10 * c->tolerance))
            return false;
    }
    return true;
}

bool has_offset(const Comparison *c, Part part) {
    double offset = c->got[part.first] - c->expected[part.first];
    for (size_t i = 0; i < part.count; i++) {
        size_t at = part_at(part, i);
        if (!values_close(c->got[at] - c->expected[at], offset, c->scale, 10 * c->tolerance))
            return false;
    }
    return true;
}

static size_t wrong_in(const Comparison *c, Part part) {
    size_t wrong = 0;
    for (size_t i = 0; i < part.count; i++) {
        size_t at = part_at(part, i);
        wrong += !values_close(c->got[at], c->expected[at], c->scale, c->tolerance);
    }
    return wrong;
}

/* Which indices have wrong values: the first and the last of them. */
static bool is_region(const Comparison *c, int axis, char text[SUGGESTION_TEXT]) {
    int size = c->axes.size[axis], first = size, last = -1, indices = 0;
    size_t possible = 0;
    for (int v = 0; v < size; v++) {
        Part part = part_of(c, axis, v);
        if (wrong_in(c, part) == 0)
            continue;
        first = v < first ? v : first;
        last = v;
        indices++;
        possible += part.count;
    }
    char letter = c->axes.letter[axis];
    bool whole_region = 5 * c->wrong >= 4 * possible; /* by chance, a wrong value may be right */
    if (indices == size || indices != last - first + 1)
        return false;
    if (first == 1 && last == size - 1 && whole_region && !c->unwritten)
        return say(text,
                   "%c=0 is right, all further %c are wrong: is something (a sum, say) not set "
                   "back for each %c, or taken from %c=0?",
                   letter, letter, letter, letter);
    if (indices == 1)
        return say(text, "all wrong values have %c=%d%s", letter, first,
                   first > 0 && first == size - 1 ? ", the last one" : "");
    if (whole_region && last == size - 1)
        return say(text, "wrong are the values from %c=%d on", letter, first);
    return whole_region && say(text, "wrong are the values up to %c=%d", letter, last);
}

bool is_by_region(const Comparison *c, char text[SUGGESTION_TEXT]) {
    for (int a = 0; a < c->axes.rank && c->count >= FEW; a++)
        if (c->axes.size[a] > 1 && is_region(c, a, text))
            return true;
    return false;
}

bool is_by_factors(const Comparison *c, char text[SUGGESTION_TEXT]) {
    for (int a = 0; a < c->axes.rank; a++) {
        int size = c->axes.size[a], ratios = 0, offsets = 0;
        if (size < 2 || c->count / (size_t)size < FEW)
            continue;
        for (int v = 0; v < size; v++) {
            Part part = part_of(c, a, v);
            ratios += has_ratio(c, part, best_ratio(c, part));
            offsets += has_offset(c, part);
        }
        char letter = c->axes.letter[a];
        if (ratios == size)
            return say(text,
                       "each %c is wrong by a factor of its own: a factor that goes with %c is "
                       "missing, or wrong",
                       letter, letter);
        if (offsets == size)
            return say(text,
                       "each %c is off by an amount of its own: a term that goes with %c is "
                       "missing, or wrong",
                       letter, letter);
    }
    return false;
}
