/* A page stops a program by ending its worker: no signal comes. */
#include "training/interrupt.h"

void interrupt_watch(void) {}

int interrupt_signal(void) {
    return 0;
}

void interrupt_unwatch(void) {}
