/* Processes that work together, simulated in one: a function runs as each of them in turn.
 *
 * Nobody can wait for a message that comes later. So all run again and again, and each time an
 * exchange delivers what its partner sent the time before. What a process sends at its exchange
 * number n depends only on what it received before, so each round one more exchange is right, and
 * what they send no longer changes when all are. */
#ifndef EXERCISES_SIMULATED_PROCESSES_H
#define EXERCISES_SIMULATED_PROCESSES_H

#include "base/communicator.h"

enum { MOST_PROCESSES = 16 };

/* What runs as process number communicator->rank. Each time it begins anew, with the same
 * values. */
typedef void ProcessWork(void *context, const Communicator *communicator);

/* Fails the test if a process waits for a message that nobody sends, or of another length. */
void simulate_processes(int size, ProcessWork *work, void *context);

#endif
