#include "crew.h"

#include "base/error.h"

#include <string.h>

#ifndef __wasm__
#include <pthread.h>

/* What one process shows the others: the array that it sends, until it is fetched. */
typedef struct Member {
    Communicator communicator;
    struct Crew *crew;
    const void *sent;
    size_t bytes;
    int partner; /* for whom; -1: nobody */
    pthread_t thread;
} Member;

typedef struct Crew {
    Member members[CREW_MOST];
    CrewWork *work;
    void *context;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
} Crew;

static void exchange(const Communicator *communicator, int partner, size_t sent_bytes,
                     const void *sent, size_t received_bytes, void *received) {
    Member *own = communicator->context, *other = &own->crew->members[partner];
    Crew *crew = own->crew;
    pthread_mutex_lock(&crew->mutex);
    own->sent = sent;
    own->bytes = sent_bytes;
    own->partner = partner;
    pthread_cond_broadcast(&crew->changed);
    while (other->partner != communicator->rank)
        pthread_cond_wait(&crew->changed, &crew->mutex);
    require(received_bytes == other->bytes, "process %d sends %zu bytes to %d, which awaits %zu",
            partner, other->bytes, communicator->rank, received_bytes);
    memcpy(received, other->sent, received_bytes);
    other->partner = -1;
    pthread_cond_broadcast(&crew->changed);
    while (own->partner == partner)
        pthread_cond_wait(&crew->changed, &crew->mutex);
    pthread_mutex_unlock(&crew->mutex);
}

static void *run(void *argument) {
    const Member *member = argument;
    member->crew->work(member->crew->context, &member->communicator);
    return NULL;
}

static void run_many(int size, CrewWork *work, void *context) {
    Crew crew = {.work = work,
                 .context = context,
                 .mutex = PTHREAD_MUTEX_INITIALIZER,
                 .changed = PTHREAD_COND_INITIALIZER};
    for (int rank = 0; rank < size; rank++) {
        Member *member = &crew.members[rank];
        *member = (Member){.crew = &crew, .partner = -1};
        member->communicator = (Communicator){rank, size, exchange, member};
    }
    for (int rank = 0; rank < size; rank++)
        require(pthread_create(&crew.members[rank].thread, NULL, run, &crew.members[rank]) == 0,
                "a thread cannot be started; end other programs");
    for (int rank = 0; rank < size; rank++)
        pthread_join(crew.members[rank].thread, NULL);
}
#else
static void run_many(int size, CrewWork *work, void *context) {
    (void)size, (void)work, (void)context;
}
#endif

void crew_run(int size, CrewWork *work, void *context) {
    require(size <= CREW_MOST, "%d processes; at most %d are possible here", size, CREW_MOST);
    if (size == 1)
        work(context, &(Communicator){.size = 1});
    else
        run_many(size, work, context);
}
