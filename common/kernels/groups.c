#include "kernels/groups.h"

#include "kernels/elementwise.h"

int groups_count(Groups groups) {
    return groups.count > 0 ? groups.count : 1;
}

int groups_processes(Groups groups) {
    return groups.communicator ? groups.communicator->size : 1;
}

int groups_levels(int groups) {
    int levels = 0;
    while (1 << levels < groups)
        levels++;
    return levels;
}

void groups_combine(Groups groups, int count, double *values, Combine *combine) {
    int own = groups_count(groups);
    for (int distance = 1; distance < own; distance *= 2)
        for (int group = 0; group < own; group += 2 * distance)
            combine(count, values + (size_t)group * count,
                    values + (size_t)(group + distance) * count);
    if (groups.communicator)
        communicator_combine(groups.communicator, count, values, values + (size_t)own * count,
                             combine);
}

void groups_sum(int first, int groups, size_t floats, GroupSum *write, void *context, float *sum,
                float *room) {
    if (groups == 1) {
        write(context, first, sum);
        return;
    }
    int half = groups / 2;
    groups_sum(first, half, floats, write, context, sum, room);
    groups_sum(first + half, half, floats, write, context, room, room + floats);
    add_forward(floats, sum, room, sum);
}
