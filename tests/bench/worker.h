/* Other processes that run steps when told to. A question is one line to the worker's standard
 * input, an answer one line from its standard output. */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdbool.h>

typedef struct Worker Worker;

enum { ANSWER_TEXT = 256 };

/* Starts a program, found on PATH, and waits for its first line, which begins with "ready" and goes
 * to answer. NULL if it cannot be started or says something else; answer tells what then. variable
 * is "NAME=VALUE" for the program's environment, or NULL. */
Worker *worker_start(const char *const arguments[], const char *variable, char answer[ANSWER_TEXT]);

/* Asks, and waits for the answer, which comes without the end of the line. Ends the program if the
 * worker has died. */
void worker_ask(Worker *worker, const char *question, char answer[ANSWER_TEXT]);

/* One line more of an answer that has several. */
void worker_next(Worker *worker, char answer[ANSWER_TEXT]);

/* Lets the worker end by closing its standard input. */
void worker_stop(Worker *worker);

#endif
