/* Signals that ask a training to end: SIGINT (Ctrl-C), SIGTERM, SIGHUP, and SIGUSR1, which mpirun
 * hands on to all its processes. The training looks for them between two steps. A second one
 * of the same kind ends the program at once. */
#ifndef TRAINING_INTERRUPT_H
#define TRAINING_INTERRUPT_H

/* Notes the signals from now on, but those that the program was started to ignore. */
void interrupt_watch(void);

/* The signal that came, also in a training that ended before it looked; 0: none. */
int interrupt_signal(void);

/* The signals end the program again. */
void interrupt_unwatch(void);

#endif
