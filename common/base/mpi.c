/* Processes that MPI started and joins; alone.c stands in its place where there is no MPI. */
#include "base/communicator.h"

#include "base/clock.h"
#include "base/error.h"

#include <fcntl.h>
#include <math.h>
#include <mpi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* MPI counts bytes by an int. */
enum { MOST_BYTES = 1 << 30 };

/* A process other than number 0 waits so many seconds with its message: what all fail of, number 0
 * tells, and ends the others. */
enum { PATIENCE = 5 };

static Communicator world;
static bool has_failed, has_ended;
static int hidden_errors = -1; /* standard error, while it is silent */

#ifdef SMPI_H
static void nap_until_done(MPI_Request requests[2]) {
    (void)requests; /* simulated processes share one thread */
}
#else
/* A wait is mostly shorter than SPIN seconds. Who waits longer leaves the processor to others, for
 * a tenth of the time that it has waited already. */
static const double SPIN = 0.01, NAP = 0.1, LONGEST_NAP = 0.05;

static void nap_until_done(MPI_Request requests[2]) {
    double start = clock_seconds();
    for (int done = false; !done;) {
        MPI_Testall(2, requests, &done, MPI_STATUSES_IGNORE);
        double waited = clock_seconds() - start, nap = fmin(NAP * waited, LONGEST_NAP);
        if (!done && waited > SPIN)
            nanosleep(&(struct timespec){.tv_nsec = (long)(1e9 * nap)}, NULL);
    }
}
#endif

static int part_bytes(size_t bytes, size_t at) {
    size_t left = at < bytes ? bytes - at : 0;
    return left < MOST_BYTES ? (int)left : MOST_BYTES;
}

static void exchange(const Communicator *communicator, int partner, size_t sent_bytes,
                     const void *sent, size_t received_bytes, void *received) {
    (void)communicator;
    for (size_t at = 0; at < sent_bytes || at < received_bytes; at += MOST_BYTES) {
        MPI_Request requests[2];
        MPI_Irecv((char *)received + at, part_bytes(received_bytes, at), MPI_BYTE, partner, 0,
                  MPI_COMM_WORLD, &requests[0]);
        MPI_Isend((const char *)sent + at, part_bytes(sent_bytes, at), MPI_BYTE, partner, 0,
                  MPI_COMM_WORLD, &requests[1]);
        nap_until_done(requests);
        MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
    }
}

static void before_message(void) {
    has_failed = true;
    if (world.size == 1)
        return;
    if (hidden_errors >= 0) {
        sleep(PATIENCE);
        dup2(hidden_errors, STDERR_FILENO);
    }
    char host[MPI_MAX_PROCESSOR_NAME];
    int length;
    MPI_Get_processor_name(host, &length);
    fprintf(stderr, "process %d on %s: ", world.rank, host);
}

void communicator_end(void) {
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
    int nowhere = open("/dev/null", O_WRONLY);
    hidden_errors = dup(STDERR_FILENO);
    require(dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0,
            "/dev/null: cannot be opened; look after the system");
    close(nowhere);
}

const Communicator *communicator_start(int *argc, char ***argv) {
    int provided;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
    world.exchange = exchange;
    MPI_Comm_rank(MPI_COMM_WORLD, &world.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &world.size);
    error_before_message = before_message;
    /* mpirun's banner would part an unbuffered line. */
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
    signal(SIGPIPE, SIG_IGN); /* mpirun tells whose end broke a connection */
    atexit(communicator_end);
    if (world.rank != 0)
        fall_silent();
    return &world;
}
