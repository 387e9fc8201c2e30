#include "link.h"

#include "kernels/groups.h"

static double volume_seconds(Link link, int processes, double bytes) {
    return 2.0 * (processes - 1) / processes * bytes / link.bytes;
}

double ring_seconds(Link link, int processes, double bytes) {
    return 2.0 * (processes - 1) * link.latency + volume_seconds(link, processes, bytes);
}

double halving_seconds(Link link, int processes, double bytes) {
    return 2.0 * groups_levels(processes) * link.latency + volume_seconds(link, processes, bytes);
}

double combine_seconds(Link link, int processes, double bytes) {
    return groups_levels(processes) * (link.latency + bytes / link.bytes);
}
