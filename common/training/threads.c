#define _GNU_SOURCE /* sched_getaffinity */
#include "training/threads.h"

#include "base/clock.h"
#include "base/options.h"

#include <ctype.h>
#include <math.h>
#include <omp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Seconds before the first look, and between two. Threads come back later than they go, as one too
 * many costs more than one too few. Less than FIRST_LOOK is too short: a tick has 10 ms. */
static const double FIRST_LOOK = 0.1, LOOK = 0.25, LOOK_WITH_FEWER = 1;

/* The part of a processor whose use by others makes a thread go, and below which one comes back. A
 * program that is always busy gets at least half of a processor that it shares with a thread. */
static const double TAKEN = 0.4, LEFT = 0.2;

double threads_busy_ticks(const char *line, int *processor) {
    double user, nice, system, irq, softirq;
    if (strncmp(line, "cpu", 3) != 0 || !isdigit((unsigned char)line[3]) ||
        sscanf(line, "cpu%d %lf %lf %lf %*s %*s %lf %lf", processor, &user, &nice, &system, &irq,
               &softirq) != 6)
        return -1;
    return user + nice + system + irq + softirq;
}

/* Ticks of the set's processors; -1 if /proc/stat does not have each of them. */
static double busy_ticks(const cpu_set_t *set) {
    FILE *file = fopen("/proc/stat", "r");
    char line[BUFSIZ];
    double sum = 0;
    int missing = CPU_COUNT(set), processor = 0;
    while (file && missing > 0 && fgets(line, sizeof line, file)) {
        double ticks = threads_busy_ticks(line, &processor);
        if (ticks >= 0 && CPU_ISSET(processor, set)) {
            sum += ticks;
            missing--;
        }
    }
    if (file)
        fclose(file);
    return missing == 0 ? sum : -1;
}

/* Where threads are bound, this one has fewer processors than OpenMP. */
static bool read_times(ThreadsTimes *times) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) != omp_get_num_procs())
        return false;
    double ticks = busy_ticks(&set);
    *times = (ThreadsTimes){.clock = clock_seconds(),
                            .busy = ticks / (double)sysconf(_SC_CLK_TCK),
                            .own = (double)clock() / CLOCKS_PER_SEC};
    return ticks >= 0;
}

int threads_beside(ThreadsTimes spent, int processors, int now, int most) {
    double left = processors - (spent.busy - spent.own) / spent.clock;
    double threads = fmin(fmax(now, floor(left + LEFT)), floor(left + TAKEN));
    return (int)fmax(fmin(threads, most), 1);
}

Threads threads_watch(void) {
    Threads threads = {.most = omp_get_max_threads()};
    threads.may_adapt = threads.most > 1 && !options_threads_chosen() && read_times(&threads.last);
    threads.next = clock_seconds() + FIRST_LOOK;
    return threads;
}

void threads_look(Threads *threads) {
    ThreadsTimes now, *last = &threads->last;
    if (!threads->may_adapt || clock_seconds() < threads->next || !read_times(&now))
        return;
    ThreadsTimes spent = {now.clock - last->clock, now.busy - last->busy, now.own - last->own};
    int number = threads_beside(spent, omp_get_num_procs(), omp_get_max_threads(), threads->most);
    omp_set_num_threads(number);
    *last = now;
    threads->next = now.clock + (number < threads->most ? LOOK_WITH_FEWER : LOOK);
}

void threads_unwatch(const Threads *threads) {
    omp_set_num_threads(threads->most);
}
