/* What this process may take: of memory and of processors. Containers give a part of the machine by
 * control groups (version 2), which the usual questions to the system leave out. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>

/* The bytes that this process can still take: what the system has free, swap included, and what the
 * limits of its control groups leave. SIZE_MAX where the system does not tell. Linux gives more
 * than it has and kills whoever writes to it, so large arrays are compared with this first. */
size_t free_memory(void);

/* The processors that this process may use at a time, at least 1: OpenMP's, or as many as the
 * quotas of its control groups make, if these are fewer. */
int allowed_processors(void);

#endif
