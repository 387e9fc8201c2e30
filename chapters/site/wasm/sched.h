/* The page's one processor belongs to nobody's set. */
#ifndef SCHED_H
#define SCHED_H

#include_next <sched.h>

typedef struct cpu_set_t {
    int none;
} cpu_set_t;

#define CPU_COUNT(set) ((void)(set), 0)
#define CPU_ISSET(processor, set) ((void)(processor), (void)(set), 0)

static inline int sched_getaffinity(int process, size_t size, cpu_set_t *set) {
    (void)process;
    (void)size;
    (void)set;
    return -1;
}

#endif
