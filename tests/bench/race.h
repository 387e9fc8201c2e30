/* Whole steps, ours and others', measured in turn: in each round every contestant has a turn of
 * steps, so that what slows the machine down for a while slows all of them down. All of them rest
 * before a turn, and its first steps do not count. */
#ifndef BENCH_RACE_H
#define BENCH_RACE_H

#include "models.h"
#include "sections.h"
#include "worker.h"

typedef enum Contestant {
    OURS,
    OURS_FIRST, /* channels_first */
    OURS_ONE,   /* one thread */
    PYTORCH,
    PYTORCH_LAST, /* channels_last */
    ONNX_RUNTIME, /* runs what our exporter writes; inference alone */
    CONTESTANTS,
} Contestant;

typedef enum Side { OUR_SIDE, PYTORCH_SIDE, ONNX_RUNTIME_SIDE, SIDES } Side;

enum { MAX_WORKERS = 16, MAX_ROUNDS = 16, MAX_OPERATIONS = 24, OPERATION_TEXT = 48 };

typedef struct OperationTime {
    char name[OPERATION_TEXT];
    double forward, backward; /* seconds a step */
} OperationTime;

typedef struct Race {
    Setting setting;
    bool is_training;
    double speed_target, memory_target; /* against PyTorch; 0: none */
    double onnx_runtime_target;         /* of speed, against ONNX Runtime; 0: none */

    int rounds;
    bool has[SIDES];
    char says[SIDES][128]; /* its version, or why it is missing; "": not asked */
    Contestant pytorch;    /* the faster of its two */
    double parameters;
    double seconds[CONTESTANTS][MAX_ROUNDS]; /* a step */
    double median[CONTESTANTS];              /* of these */
    double peak_bytes[CONTESTANTS];          /* over what the process held before the model */
    double graph_bytes;
    OperationTime operations[MAX_OPERATIONS];
    int num_operations;
    double profiled_seconds; /* of a step; what the operations leave of it is the update */
} Race;

/* "channels_last, 2 threads" */
const char *contestant_text(const Bench *bench, Contestant contestant, char text[SETTING_TEXT]);

/* Runs all rounds and fills what stands below the blank line. */
void race_run(const Bench *bench, Race *race);

/* The median over the rounds of how many times as long a step took a as b. */
double race_ratio(const Race *race, Contestant a, Contestant b);

/* What a race is made of: workers and their turns. */

/* A worker of ours or of PyTorch's (step.h), on bench->machine.threads threads unless the
 * contestant has one alone; as worker_start(). mode: train, infer or export, to files (else NULL).
 */
Worker *step_worker(const Bench *bench, const Setting *setting, Contestant contestant,
                    const char *mode, const char *files, char answer[ANSWER_TEXT]);

/* Several processes of bench->mpi_program, of bench->machine.threads threads each, which share out
 * a batch. messages: a variable for mpirun, which says how they go. */
Worker *processes_worker(const Bench *bench, const Setting *setting, int processes,
                         const char *messages, const char *mode, char answer[ANSWER_TEXT]);

/* Runs so many steps: seconds of a step, and of them in exchanges and waiting for the others. */
void ask_steps(Worker *worker, int steps, double *seconds, double *exchanged);

/* Seconds of a step's exchanges alone, the mean of so many. */
double ask_exchange(Worker *worker, int steps);

/* Runs rounds in which each of count <= MAX_WORKERS workers (NULL: none) has its turn, and returns
 * their number. Fills the seconds of a step in each round, and their median. */
int take_turns(const Bench *bench, Worker *const workers[], int count, double seconds[][MAX_ROUNDS],
               double medians[]);

/* The median of a[i] / b[i]. */
double median_ratio(const double *a, const double *b, int rounds);

/* Bytes: at the process's peak, over what it held before the model was built, and of the graph. */
void ask_memory(Worker *worker, double *peak, double *graph);

#endif
