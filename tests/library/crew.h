/* Processes that are threads of the test: each runs the same function with a communicator of its
 * own. */
#ifndef TESTS_CREW_H
#define TESTS_CREW_H

#include "base/communicator.h"

/* Runs work(context, communicator) as `size` processes, and waits for all. */
typedef void CrewWork(void *context, const Communicator *communicator);
void crew_run(int size, CrewWork *work, void *context);

#endif
