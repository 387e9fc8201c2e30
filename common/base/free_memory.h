/* How much memory is free. Linux gives more than it has and kills whoever writes to it, so large
 * arrays are compared with what is free before they are made. */
#ifndef BASE_FREE_MEMORY_H
#define BASE_FREE_MEMORY_H

#include <stddef.h>

/* The bytes that this process can still take: what the system has free, swap included, and what the
 * limits of its control groups leave. SIZE_MAX where the system does not tell. */
size_t free_memory(void);

#endif
