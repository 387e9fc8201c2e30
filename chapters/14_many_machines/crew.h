/* Processes that are threads of this one: each runs the same function with a communicator of its
 * own. For experiments and tests without MPI. */
#ifndef MANY_MACHINES_CREW_H
#define MANY_MACHINES_CREW_H

#include "base/communicator.h"

/* Processes at most: one where there are no threads. */
#ifdef __wasm__
enum { CREW_MOST = 1 };
#else
enum { CREW_MOST = 16 };
#endif

/* Runs work(context, communicator) as `size` processes, at most CREW_MOST, and waits for all. */
typedef void CrewWork(void *context, const Communicator *communicator);
void crew_run(int size, CrewWork *work, void *context);

#endif
