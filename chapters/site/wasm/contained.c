/* A page's program is contained already: the browser gives it its own memory, and files that exist
 * nowhere else. So the work is done at once, in the program itself, and its answer kept; nothing
 * limits it. */
#include "base/contained.h"

#include <stdlib.h>
#include <string.h>

static char *answer; /* of the work that was started last */
static size_t written, taken;
static bool is_cut; /* memory did not suffice: the answer ends, and its reader sees that */

bool contained_start(Contained *contained, ContainedWork *work, const void *argument,
                     ContainedLimits limits) {
    (void)limits;
    *contained = (Contained){0};
    written = taken = 0;
    is_cut = false;
    work(argument, 0);
    return true;
}

void contained_write(int results, const void *from, size_t bytes) {
    (void)results;
    char *grown = is_cut ? NULL : realloc(answer, written + bytes);
    is_cut = !grown;
    if (is_cut)
        return;
    answer = grown;
    memcpy(answer + written, from, bytes);
    written += bytes;
}

bool contained_read(const Contained *contained, void *to, size_t bytes) {
    (void)contained;
    if (bytes > written - taken)
        return false;
    memcpy(to, answer + taken, bytes);
    taken += bytes;
    return true;
}

ContainedEnd contained_end(Contained *contained) {
    (void)contained;
    free(answer);
    answer = NULL;
    written = taken = 0;
    return CONTAINED_FINISHED;
}
