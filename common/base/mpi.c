/* Processes that MPI started and joins; alone.c stands in its place where there is no MPI. */
#include "base/communicator.h"

#include "base/error.h"
#include "base/integers.h"

#include <mpi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* MPI counts bytes by an int. */
enum { MOST_BYTES = 1 << 30 };

/* A process other than number 0 waits so long with its message: what all fail of, number 0 tells,
 * and ends the others. */
enum { PATIENCE = 3 };

static Communicator world;
static bool has_failed, has_ended;
static int hidden_errors = -1; /* standard error, while it is silent */

static void exchange(const Communicator *communicator, int partner, size_t sent_bytes,
                     const void *sent, size_t received_bytes, void *received) {
    (void)communicator;
    for (size_t at = 0; at < sent_bytes || at < received_bytes; at += MOST_BYTES) {
        size_t sends = at < sent_bytes ? sent_bytes - at : 0;
        size_t receives = at < received_bytes ? received_bytes - at : 0;
        MPI_Sendrecv((const char *)sent + at, (int)(sends < MOST_BYTES ? sends : MOST_BYTES),
                     MPI_BYTE, partner, 0, (char *)received + at,
                     (int)(receives < MOST_BYTES ? receives : MOST_BYTES), MPI_BYTE, partner, 0,
                     MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
}

static void before_message(void) {
    has_failed = true;
    if (hidden_errors < 0)
        return;
    sleep(PATIENCE);
    dup2(hidden_errors, STDERR_FILENO);
    char host[MPI_MAX_PROCESSOR_NAME];
    int length;
    MPI_Get_processor_name(host, &length);
    fprintf(stderr, "process %d on %s: ", world.rank, host);
}

static void end(void) {
    if (has_ended)
        return;
    has_ended = true;
    if (has_failed)
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    MPI_Finalize();
}

/* Standard output and standard error of processes other than number 0 lead nowhere. SimGrid's
 * simulated processes have one for all. */
static void fall_silent(void) {
#ifdef SMPI_H
    return;
#endif
    hidden_errors = dup(STDERR_FILENO);
    if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
        die("/dev/null: cannot be opened; look after the system");
}

const Communicator *communicator_start(int *argc, char ***argv) {
    int provided;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
    world.exchange = exchange;
    MPI_Comm_rank(MPI_COMM_WORLD, &world.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &world.size);
    error_before_message = before_message;
    atexit(end);
    if (world.rank != 0)
        fall_silent();
    return &world;
}

void communicator_end(void) {
    end();
}
