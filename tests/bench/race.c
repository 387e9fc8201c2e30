#include "race.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    Side side;
    const char *name, *format;
    bool one_thread;
} kinds[CONTESTANTS] = {
    [OURS] = {OUR_SIDE, "channels_last", "channels_last"},
    [OURS_FIRST] = {OUR_SIDE, "channels_first", "channels_first"},
    [OURS_ONE] = {OUR_SIDE, "channels_last", "channels_last", .one_thread = true},
    [PYTORCH] = {PYTORCH_SIDE, "PyTorch contiguous", "contiguous"},
    [PYTORCH_LAST] = {PYTORCH_SIDE, "PyTorch channels_last", "channels_last"},
    [ONNX_RUNTIME] = {ONNX_RUNTIME_SIDE, "ONNX Runtime"}};

/* The library asks for huge pages itself; for the others the C library does, so that nobody's speed
 * hangs on where 4-KiB pages lie. */
static const char huge_pages[] = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1";

static int num_threads(const Bench *bench, Contestant contestant) {
    return kinds[contestant].one_thread ? 1 : bench->machine.threads;
}

const char *contestant_text(const Bench *bench, Contestant contestant, char text[SETTING_TEXT]) {
    int threads = num_threads(bench, contestant);
    snprintf(text, SETTING_TEXT, "%s %d thread%s", kinds[contestant].name, threads,
             threads == 1 ? "" : "s");
    return text;
}

static const char *digits(Arena *arena, int number) {
    return arena_printf(arena, "%d", number);
}

enum { STEP_ARGUMENTS = 8 };

/* The arguments behind "step". */
static void step_arguments(Arena *arena, const Setting *setting, int threads, const char *format,
                           const char *mode, const char *arguments[]) {
    const char *all[] = {digits(arena, setting->layers),
                         digits(arena, setting->size),
                         digits(arena, setting->channels),
                         digits(arena, setting->classes),
                         digits(arena, setting->batch),
                         digits(arena, threads),
                         format,
                         mode};
    memcpy(arguments, all, sizeof all);
}

Worker *step_worker(const Bench *bench, const Setting *setting, Contestant contestant,
                    const char *mode, const char *files, char answer[ANSWER_TEXT]) {
    Arena *arena = arena_new();
    bool is_ours = kinds[contestant].side == OUR_SIDE;
    const char *arguments[2 + STEP_ARGUMENTS + 2] = {is_ours ? bench->program : bench->python,
                                                     is_ours ? "step" : bench->pytorch};
    step_arguments(arena, setting, num_threads(bench, contestant), kinds[contestant].format, mode,
                   arguments + 2);
    arguments[2 + STEP_ARGUMENTS] = files;
    Worker *worker = worker_start(arguments, is_ours ? NULL : huge_pages, answer);
    arena_free(arena);
    return worker;
}

Worker *processes_worker(const Bench *bench, const Setting *setting, int processes,
                         const char *messages, const char *mode, char answer[ANSWER_TEXT]) {
    Arena *arena = arena_new();
    const char *mpirun[] = {
        "mpirun", "--allow-run-as-root",    "--oversubscribe",  "--bind-to", "none",
        "-np",    digits(arena, processes), bench->mpi_program, "step"};
    enum { MPIRUN = sizeof mpirun / sizeof mpirun[0] };
    const char *arguments[MPIRUN + STEP_ARGUMENTS + 1] = {NULL};
    memcpy(arguments, mpirun, sizeof mpirun);
    step_arguments(arena, setting, bench->machine.threads, kinds[OURS].format, mode,
                   arguments + MPIRUN);
    Worker *worker = worker_start(arguments, messages, answer);
    arena_free(arena);
    return worker;
}

static Worker *start_onnx_runtime(const Bench *bench, const Setting *setting,
                                  char answer[ANSWER_TEXT]) {
    Arena *arena = arena_new();
    const char *files = arena_printf(arena, "%s/bench_network", bench->out);
    Worker *exporter = step_worker(bench, setting, OURS_FIRST, "export", files, answer),
           *worker = NULL;
    if (exporter) {
        worker_stop(exporter);
        const char *arguments[] = {"node",
                                   "tests/bench/onnx_bench.js",
                                   bench->onnx_runtime,
                                   files,
                                   digits(arena, num_threads(bench, ONNX_RUNTIME)),
                                   digits(arena, setting->batch),
                                   digits(arena, setting->channels),
                                   digits(arena, setting->size),
                                   NULL};
        worker = worker_start(arguments, huge_pages, answer);
    }
    remove(arena_printf(arena, "%s.onnx", files));
    remove(arena_printf(arena, "%s.inputs", files));
    remove(arena_printf(arena, "%s.logits", files));
    arena_free(arena);
    return worker;
}

/* All sides must have built the same model. */
static void check_ready(Race *race, Contestant contestant, const char *answer) {
    const double most_difference = 1e-3;
    Side side = kinds[contestant].side;
    double number = 0; /* of parameters; ONNX Runtime's is its logits' difference from ours */
    char version[ANSWER_TEXT] = "";
    sscanf(answer, "ready %lf %100s", &number, version);
    if (contestant == OURS)
        race->parameters = number;
    if (side == ONNX_RUNTIME_SIDE)
        require(number <= most_difference,
                "ONNX Runtime's logits differ from ours by %g of the largest, at most %g is "
                "rounding; look what bash tests/commands/test_onnx.sh says of the exporter",
                number, most_difference);
    else
        require(number == race->parameters,
                "PyTorch's model has %.0f parameters, ours %.0f; make pytorch_bench.py build the "
                "same",
                number, race->parameters);
    snprintf(race->says[side], sizeof race->says[side], "%s", version);
}

static void start_all(const Bench *bench, Race *race, Worker *workers[CONTESTANTS]) {
    const char *mode = race->is_training ? "train" : "infer";
    for (int i = 0; i < CONTESTANTS; i++) {
        Side side = kinds[i].side;
        char answer[ANSWER_TEXT] = "";
        if ((i == PYTORCH_LAST && !race->has[side]) || (i == ONNX_RUNTIME && race->is_training))
            continue;
        workers[i] = i == ONNX_RUNTIME ? start_onnx_runtime(bench, &race->setting, answer)
                                       : step_worker(bench, &race->setting, i, mode, NULL, answer);
        require(workers[i] || side != OUR_SIDE, "%s step: did not start: %s", bench->program,
                answer);
        race->has[side] = workers[i];
        if (workers[i])
            check_ready(race, i, answer);
        else
            snprintf(race->says[side], sizeof race->says[side], "%s", answer);
    }
}

void ask_steps(Worker *worker, int steps, double *seconds, double *exchanged) {
    char question[32], answer[ANSWER_TEXT];
    snprintf(question, sizeof question, "run %d", steps);
    worker_ask(worker, question, answer);
    sscanf(answer, "%lf %lf", seconds, exchanged);
}

double ask_exchange(Worker *worker, int steps) {
    char question[32], answer[ANSWER_TEXT];
    snprintf(question, sizeof question, "exchange %d", steps);
    worker_ask(worker, question, answer);
    return strtod(answer, NULL);
}

static double run(Worker *worker, int steps) {
    double seconds = 0, exchanged = 0;
    ask_steps(worker, steps, &seconds, &exchanged);
    return seconds;
}

/* A turn begins after a rest, in which the threads of whoever was at work before stop spinning
 * (OpenMP's do so for some 10 ms), and with steps that do not count: they find threads asleep and
 * other contestants' data in the caches. */
static const double rest_seconds = 0.05, warm_up_seconds = 0.05;

typedef struct Turn {
    int warm_up, steps;
} Turn;

static void rest(void) {
    struct timespec time = {.tv_nsec = (long)(1e9 * rest_seconds)};
    nanosleep(&time, NULL);
}

static double take_turn(Worker *worker, Turn turn) {
    rest();
    run(worker, turn.warm_up);
    return run(worker, turn.steps);
}

static int steps_in(double seconds, double step) {
    enum { MOST = 10000 };
    double steps = ceil(seconds / step);
    return steps < MOST ? (int)steps : MOST;
}

static Turn plan_turn(const Bench *bench, Worker *worker) {
    run(worker, 1); /* prepares things */
    int warm_up = steps_in(warm_up_seconds, run(worker, 1));
    double step = take_turn(worker, (Turn){warm_up, warm_up});
    return (Turn){steps_in(warm_up_seconds, step), steps_in(bench->turn_seconds, step)};
}

int take_turns(const Bench *bench, Worker *const workers[], int count, double seconds[][MAX_ROUNDS],
               double medians[]) {
    Turn turns[MAX_WORKERS];
    for (int i = 0; i < count; i++)
        if (workers[i])
            turns[i] = plan_turn(bench, workers[i]);
    int rounds = bench->effort.samples < MAX_ROUNDS ? bench->effort.samples : MAX_ROUNDS;
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            if (workers[i])
                seconds[i][round] = take_turn(workers[i], turns[i]);
    for (int i = 0; i < count; i++) {
        double sorted[MAX_ROUNDS] = {0};
        if (workers[i])
            memcpy(sorted, seconds[i], (size_t)rounds * sizeof *sorted);
        medians[i] = median(sorted, rounds);
    }
    return rounds;
}

double median_ratio(const double *a, const double *b, int rounds) {
    double ratios[MAX_ROUNDS];
    for (int i = 0; i < rounds; i++)
        ratios[i] = a[i] / b[i];
    return median(ratios, rounds);
}

void ask_memory(Worker *worker, double *peak, double *graph) {
    char answer[ANSWER_TEXT];
    worker_ask(worker, "memory", answer);
    sscanf(answer, "%lf %lf", peak, graph);
}

static void ask_memories(Race *race, Worker *workers[CONTESTANTS]) {
    for (int i = 0; i < CONTESTANTS; i++) {
        double graph = 0;
        if (workers[i])
            ask_memory(workers[i], &race->peak_bytes[i], &graph);
        if (i == OURS)
            race->graph_bytes = graph;
    }
}

static void add_operation(Race *race, const OperationTime *time) {
    int at = 0;
    while (at < race->num_operations && strcmp(race->operations[at].name, time->name) != 0)
        at++;
    require(at < MAX_OPERATIONS, "more than %d operations; raise MAX_OPERATIONS", MAX_OPERATIONS);
    OperationTime *sum = &race->operations[at];
    if (at == race->num_operations) {
        *sum = (OperationTime){0};
        memcpy(sum->name, time->name, sizeof sum->name);
        race->num_operations++;
    }
    sum->forward += time->forward;
    sum->backward += time->backward;
}

static int compare_times(const void *a, const void *b) {
    const OperationTime *first = a, *second = b;
    double difference = second->forward + second->backward - first->forward - first->backward;
    return (difference > 0) - (difference < 0);
}

static void ask_profile(Race *race, Worker *worker, int steps) {
    char line[ANSWER_TEXT];
    rest();
    run(worker, steps);
    snprintf(line, sizeof line, "profile %d", steps);
    worker_ask(worker, line, line);
    for (;; worker_next(worker, line)) {
        OperationTime time = {0};
        sscanf(line, "%47s %lf %lf", time.name, &time.forward, &time.backward);
        if (strcmp(time.name, "step") == 0) {
            race->profiled_seconds = time.forward;
            break;
        }
        add_operation(race, &time);
    }
    qsort(race->operations, (size_t)race->num_operations, sizeof *race->operations, compare_times);
}

void race_run(const Bench *bench, Race *race) {
    enum { PROFILED_STEPS = 5 };
    Worker *workers[CONTESTANTS] = {NULL};
    start_all(bench, race, workers);
    race->rounds = take_turns(bench, workers, CONTESTANTS, race->seconds, race->median);
    race->pytorch = race->median[PYTORCH_LAST] < race->median[PYTORCH] ? PYTORCH_LAST : PYTORCH;
    ask_memories(race, workers);
    ask_profile(race, workers[OURS], PROFILED_STEPS);
    for (int i = 0; i < CONTESTANTS; i++)
        if (workers[i])
            worker_stop(workers[i]);
}

double race_ratio(const Race *race, Contestant a, Contestant b) {
    return median_ratio(race->seconds[a], race->seconds[b], race->rounds);
}
