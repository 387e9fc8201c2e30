/* Counts allocations. */
#ifndef TESTS_ALLOCATIONS_H
#define TESTS_ALLOCATIONS_H

/* How often the program took memory from the heap so far. */
long allocations_count(void);

#endif
