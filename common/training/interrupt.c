#define _GNU_SOURCE /* sigaction */
#include "training/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};

enum { SIGNALS = sizeof signals / sizeof signals[0] };

static struct sigaction before[SIGNALS];
static volatile sig_atomic_t came;

static void note(int signal) {
    came = signal;
}

void interrupt_watch(void) {
    for (int i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN)
            sigaction(signals[i],
                      &(struct sigaction){.sa_handler = note,
                                          .sa_flags = (int)(SA_RESETHAND | SA_RESTART)},
                      NULL);
    }
}

int interrupt_signal(void) {
    return came;
}

void interrupt_unwatch(void) {
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
}
