/* How many threads a training runs on: one for each processor that other programs leave.
 *
 * At each barrier all threads wait for the last one, and OpenMP's wait by spinning. If one of two
 * shares its processor with another program, the training is slower than on a single thread.
 * Results have the same bits for any number of threads, so it may change on the way. */
#ifndef TRAINING_THREADS_H
#define TRAINING_THREADS_H

#include <stdbool.h>

/* Seconds: the clock's, those that this process's processors were busy, and its own of them. */
typedef struct ThreadsTimes {
    double clock, busy, own;
} ThreadsTimes;

typedef struct Threads {
    int most;       /* the number at the start, which graphs reserve memory for */
    bool may_adapt; /* false: the number stays */
    ThreadsTimes last;
    double next; /* look: the clock's time */
} Threads;

/* Begins to watch. The number stays if the user chose it, if threads are bound to processors, and
 * where there is no /proc/stat. */
Threads threads_watch(void);

/* Between two steps: sets the number of threads, if it is time for a look. */
void threads_look(Threads *threads);

/* Sets the number of the start again. */
void threads_unwatch(const Threads *threads);

/* How many threads, 1 to most, after `spent` times on so many processors with `now` threads. */
int threads_beside(ThreadsTimes spent, int processors, int now, int most);

/* The clock ticks that a processor was busy, by its line of /proc/stat, and the processor's number;
 * -1 if it is another line. */
double threads_busy_ticks(const char *line, int *processor);

#endif
