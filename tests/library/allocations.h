/* Counts allocations. */
#ifndef TESTS_ALLOCATIONS_H
#define TESTS_ALLOCATIONS_H

/* How often the program's own code took memory from the heap so far. What OpenMP's runtime takes
 * for its loops (LLVM's does for each) is not counted. */
long allocations_count(void);

#endif
