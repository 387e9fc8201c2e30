#include "training/evaluation.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

enum { LOSS, RIGHT, SUMS };

Evaluation evaluate_in_groups(const Network *network, BatchSource *source, int views,
                              Groups groups) {
    int own = groups_count(groups), shares = own * groups_processes(groups);
    if (shares == 1)
        return evaluate(network, source, views);
    double *sums = memory_new(SUMS * ((size_t)own + 1), sizeof *sums);
    for (int group = 0; group < own; group++) {
        batch_source_share(source, groups.first + group, shares);
        int count = batch_source_count(source);
        if (count == 0)
            continue;
        Evaluation found = evaluate(network, source, views);
        sums[SUMS * group + LOSS] = found.loss * count;
        sums[SUMS * group + RIGHT] = round(found.accuracy * count);
    }
    batch_source_share(source, 0, 1);
    groups_combine(groups, SUMS, sums, combine_sums);
    double images = batch_source_count(source);
    Evaluation whole = {.loss = sums[LOSS] / images, .accuracy = sums[RIGHT] / images};
    free(sums);
    return whole;
}
