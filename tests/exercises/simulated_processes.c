#include "simulated_processes.h"

#include "harness.h"
#include <string.h>

enum { MOST_EXCHANGES = 32, MOST_BYTES = 512 };

/* An exchange, as one of the two partners sees it. */
typedef struct Exchange {
    int partner;
    size_t sent_bytes, received_bytes;
    unsigned char sent[MOST_BYTES];
} Exchange;

typedef struct Process {
    struct Simulation *simulation;
    int count, before_count; /* of exchanges, so far in this round and in the one before */
    Exchange now[MOST_EXCHANGES], before[MOST_EXCHANGES];
} Process;

typedef struct Simulation {
    int size;
    Process processes[MOST_PROCESSES];
} Simulation;

/* The exchange of the last round that answers process number rank's exchange number `number`: of
 * those between the two, the partner's one that comes at the same place. NULL: there is none. */
static const Exchange *answer_to(const Simulation *simulation, int rank, const Exchange *exchanges,
                                 int number) {
    int place = 0;
    for (int i = 0; i < number; i++)
        place += exchanges[i].partner == exchanges[number].partner;
    const Process *other = &simulation->processes[exchanges[number].partner];
    for (int i = 0; i < other->before_count; i++)
        if (other->before[i].partner == rank && place-- == 0)
            return &other->before[i];
    return NULL;
}

static void exchange(const Communicator *communicator, int partner, size_t sent_bytes,
                     const void *sent, size_t received_bytes, void *received) {
    Process *process = communicator->context;
    int rank = communicator->rank, size = communicator->size;
    if (partner < 0 || partner >= size || partner == rank)
        fail_test("Process %d of %d talks to process %d.", rank, size, partner);
    if (process->count == MOST_EXCHANGES)
        fail_test("Process %d of %d exchanges more than %d times.", rank, size, MOST_EXCHANGES);
    if (sent_bytes > MOST_BYTES)
        fail_test("Process %d of %d sends %zu bytes; it has not so many.", rank, size, sent_bytes);
    Exchange *own = &process->now[process->count++];
    *own = (Exchange){partner, sent_bytes, received_bytes, {0}};
    memcpy(own->sent, sent, sent_bytes);
    const Exchange *answer = answer_to(process->simulation, rank, process->now, process->count - 1);
    memset(received, 0, received_bytes);
    if (answer)
        memcpy(received, answer->sent,
               answer->sent_bytes < received_bytes ? answer->sent_bytes : received_bytes);
}

/* Runs all processes once; returns whether what they sent is other than in the round before. */
static bool run_round(Simulation *simulation, ProcessWork *work, void *context) {
    bool changed = false;
    for (int rank = 0; rank < simulation->size; rank++) {
        Process *process = &simulation->processes[rank];
        process->count = 0;
        work(context, &(Communicator){rank, simulation->size, exchange, process});
    }
    for (int rank = 0; rank < simulation->size; rank++) {
        Process *process = &simulation->processes[rank];
        size_t bytes = (size_t)process->count * sizeof(Exchange);
        changed = changed || process->count != process->before_count ||
                  memcmp(process->now, process->before, bytes) != 0;
        memcpy(process->before, process->now, bytes);
        process->before_count = process->count;
    }
    return changed;
}

static void require_answers(const Simulation *simulation, int rank) {
    const Process *process = &simulation->processes[rank];
    for (int i = 0; i < process->before_count; i++) {
        const Exchange *own = &process->before[i];
        const Exchange *answer = answer_to(simulation, rank, process->before, i);
        if (!answer)
            fail_test("Process %d of %d waits for a message of process %d, which sends none: all "
                      "must exchange as often.",
                      rank, simulation->size, own->partner);
        if (answer->sent_bytes != own->received_bytes)
            fail_test("Process %d of %d wants %zu bytes of process %d, which sends %zu: all must "
                      "add up as many values.",
                      rank, simulation->size, own->received_bytes, own->partner,
                      answer->sent_bytes);
    }
}

void simulate_processes(int size, ProcessWork *work, void *context) {
    static Simulation simulation;
    memset(&simulation, 0, sizeof simulation);
    simulation.size = size;
    for (int rank = 0; rank < size; rank++)
        simulation.processes[rank].simulation = &simulation;
    for (int round = 0; run_round(&simulation, work, context) && round <= MOST_EXCHANGES;)
        round++;
    for (int rank = 0; rank < size; rank++)
        require_answers(&simulation, rank);
}
