/* What a test makes and need not free: it lives until the test ends. */
#ifndef TESTS_CLEANUP_H
#define TESTS_CLEANUP_H

#include <check.h>

#include "graph/graph.h"

/* A test case whose tests may use what follows. */
TCase *tcase_with_cleanup(const char *name);

/* Calls end(thing) when the running test ends, what came last first. */
void at_test_end(void (*end)(void *thing), void *thing);

/* Zeroed memory. */
void *memory_for_test(size_t count, size_t size);

/* A store of parameters with this seed; a graph over a store. */
Params *params_for_test(uint64_t seed);
Graph *graph_for_test(Params *params, GraphOptions options);

#endif
