#define _GNU_SOURCE /* getline */
#include "base/free_memory.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/integers.h"

#define CGROUPS "/sys/fs/cgroup"

enum { KILOBYTE = 1024 };

/* The number behind `key` at the begin of a line of a file, or of the file if key is ""; `otherwise`
 * if there is none. */
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

/* What one control group's limit leaves. Pages of files that nobody uses now count as used, but make
 * room when it is wanted. */
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

/* The process's own group and all those above it (control groups, version 2). */
static size_t free_in_groups(void) {
    char group[PATH_MAX / 2] = "";
    FILE *file = fopen("/proc/self/cgroup", "r");
    if (file && fscanf(file, "0::%2000s", group) != 1)
        *group = '\0';
    if (file)
        fclose(file);
    size_t least = free_in_group("");
    for (char *slash; *group && (slash = strrchr(group, '/')); *slash = '\0')
        least = min_size(least, free_in_group(group));
    return least;
}

size_t free_memory(void) {
    return min_size(free_in_system(), free_in_groups());
}
