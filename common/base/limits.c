#define _GNU_SOURCE /* getline */
#include "base/limits.h"

#include <limits.h>
#include <math.h>
#include <omp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/integers.h"

#define CGROUPS "/sys/fs/cgroup"

enum { KILOBYTE = 1024 };

/* The number behind `key` at the begin of a line of a file, or of the file if key is "";
 * `otherwise` if there is none. */
static size_t number_in(const char *path, const char *key, size_t otherwise) {
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0, number = otherwise;
    while (file && getline(&line, &room, file) >= 0)
        if (strncmp(line, key, strlen(key)) == 0 && sscanf(line + strlen(key), "%zu", &number) == 1)
            break;
    free(line);
    if (file)
        fclose(file);
    return number;
}

static size_t difference(size_t limit, size_t used) {
    return limit > used ? limit - used : 0;
}

static size_t free_in_system(void) {
    size_t unknown = SIZE_MAX / KILOBYTE;
    size_t available = number_in("/proc/meminfo", "MemAvailable:", unknown);
    if (available == unknown)
        return SIZE_MAX;
    return (available + number_in("/proc/meminfo", "SwapFree:", 0)) * KILOBYTE;
}

/* What one control group's limit leaves. Pages of files that nobody uses now count as used, but
 * make room when it is wanted. */
static size_t free_in_group(const char *group) {
    char limit[PATH_MAX], used[PATH_MAX], statistics[PATH_MAX];
    snprintf(limit, sizeof limit, CGROUPS "%s/memory.max", group);
    snprintf(used, sizeof used, CGROUPS "%s/memory.current", group);
    snprintf(statistics, sizeof statistics, CGROUPS "%s/memory.stat", group);
    size_t most = number_in(limit, "", SIZE_MAX); /* "max" is no number */
    if (most == SIZE_MAX)
        return SIZE_MAX;
    return difference(
        most, difference(number_in(used, "", 0), number_in(statistics, "inactive_file ", 0)));
}

/* How many processors a group's quota makes: its two numbers are the time of processors in a
 * period, and the period. */
static size_t processors_of_group(const char *group) {
    char path[PATH_MAX];
    double quota, period;
    snprintf(path, sizeof path, CGROUPS "%s/cpu.max", group);
    FILE *file = fopen(path, "r");
    bool has_quota = file && fscanf(file, "%lf %lf", &quota, &period) == 2; /* "max" is no number */
    if (file)
        fclose(file);
    return has_quota && period > 0 ? (size_t)ceil(quota / period) : SIZE_MAX;
}

/* The least of the process's own group and all those above it. */
static size_t least_of_groups(size_t of_group(const char *group)) {
    char group[PATH_MAX / 2] = "";
    FILE *file = fopen("/proc/self/cgroup", "r");
    if (file && fscanf(file, "0::%2000s", group) != 1)
        *group = '\0';
    if (file)
        fclose(file);
    size_t least = of_group("");
    for (char *slash; *group && (slash = strrchr(group, '/')); *slash = '\0')
        least = min_size(least, of_group(group));
    return least;
}

size_t free_memory(void) {
    return min_size(free_in_system(), least_of_groups(free_in_group));
}

int allowed_processors(void) {
    size_t allowed = least_of_groups(processors_of_group);
    return (int)max_size(1, min_size(allowed, (size_t)omp_get_num_procs()));
}
