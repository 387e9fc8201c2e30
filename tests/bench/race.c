#include "race.h"

#include "base/error.h"
#include "worker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    bool is_pytorch, one_thread;
    const char *format;
} kinds[CONTESTANTS] = {[OURS] = {.format = "channels_last"},
                        [OURS_FIRST] = {.format = "channels_first"},
                        [OURS_ONE] = {.format = "channels_last", .one_thread = true},
                        [PYTORCH] = {.format = "contiguous", .is_pytorch = true},
                        [PYTORCH_LAST] = {.format = "channels_last", .is_pytorch = true}};

const char *contestant_text(const Bench *bench, Contestant contestant, char text[SETTING_TEXT]) {
    int threads = kinds[contestant].one_thread ? 1 : bench->machine.threads;
    snprintf(text, SETTING_TEXT, "%s%s %d thread%s", kinds[contestant].is_pytorch ? "PyTorch " : "",
             kinds[contestant].format, threads, threads == 1 ? "" : "s");
    return text;
}

static Worker *start(const Bench *bench, const Race *race, Contestant contestant,
                     char answer[ANSWER_TEXT]) {
    int threads = kinds[contestant].one_thread ? 1 : bench->machine.threads;
    const int numbers[] = {race->setting.layers,  race->setting.size,  race->setting.channels,
                           race->setting.classes, race->setting.batch, threads};
    enum { NUMBERS = sizeof numbers / sizeof numbers[0], DIGITS = 12 };
    char texts[NUMBERS][DIGITS];
    const char *arguments[2 + NUMBERS + 3] = {bench->program, "step"};
    if (kinds[contestant].is_pytorch) {
        arguments[0] = bench->python;
        arguments[1] = bench->pytorch;
    }
    for (int i = 0; i < NUMBERS; i++) {
        snprintf(texts[i], DIGITS, "%d", numbers[i]);
        arguments[2 + i] = texts[i];
    }
    arguments[2 + NUMBERS] = kinds[contestant].format;
    arguments[2 + NUMBERS + 1] = race->is_training ? "train" : "infer";
    return worker_start(arguments, answer);
}

/* Both sides must have built the same model. */
static void check_ready(Race *race, Contestant contestant, const char *answer) {
    double parameters = 0;
    char version[ANSWER_TEXT] = "";
    sscanf(answer, "ready %lf %100s", &parameters, version);
    if (contestant == OURS)
        race->parameters = parameters;
    require(parameters == race->parameters,
            "PyTorch's model has %.0f parameters, ours %.0f; make pytorch_bench.py build the same",
            parameters, race->parameters);
    if (kinds[contestant].is_pytorch)
        snprintf(race->pytorch_says, sizeof race->pytorch_says, "%s", version);
}

static void start_all(const Bench *bench, Race *race, Worker *workers[CONTESTANTS]) {
    race->has_pytorch = true;
    for (int i = 0; i < CONTESTANTS; i++) {
        char answer[ANSWER_TEXT] = "";
        if (kinds[i].is_pytorch && !race->has_pytorch)
            continue;
        workers[i] = start(bench, race, i, answer);
        if (workers[i])
            check_ready(race, i, answer);
        else if (kinds[i].is_pytorch)
            race->has_pytorch = false;
        else
            die("%s step: did not start: %s", bench->program, answer);
        if (!workers[i])
            snprintf(race->pytorch_says, sizeof race->pytorch_says, "%s", answer);
    }
}

static double run(Worker *worker, int steps) {
    char question[32], answer[ANSWER_TEXT];
    snprintf(question, sizeof question, "run %d", steps);
    worker_ask(worker, question, answer);
    return strtod(answer, NULL);
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

static void run_rounds(const Bench *bench, Race *race, Worker *workers[CONTESTANTS]) {
    Turn turns[CONTESTANTS];
    for (int i = 0; i < CONTESTANTS; i++)
        if (workers[i])
            turns[i] = plan_turn(bench, workers[i]);
    race->rounds = bench->effort.samples < MAX_ROUNDS ? bench->effort.samples : MAX_ROUNDS;
    for (int round = 0; round < race->rounds; round++)
        for (int i = 0; i < CONTESTANTS; i++)
            if (workers[i])
                race->seconds[i][round] = take_turn(workers[i], turns[i]);
    for (int i = 0; i < CONTESTANTS; i++) {
        double sorted[MAX_ROUNDS];
        memcpy(sorted, race->seconds[i], sizeof sorted);
        race->median[i] = median(sorted, race->rounds);
    }
    race->pytorch = race->median[PYTORCH_LAST] < race->median[PYTORCH] ? PYTORCH_LAST : PYTORCH;
}

static void ask_memory(Race *race, Worker *workers[CONTESTANTS]) {
    for (int i = 0; i < CONTESTANTS; i++) {
        char answer[ANSWER_TEXT];
        if (!workers[i])
            continue;
        worker_ask(workers[i], "memory", answer);
        double graph = 0;
        sscanf(answer, "%lf %lf", &race->peak_bytes[i], &graph);
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
    run_rounds(bench, race, workers);
    ask_memory(race, workers);
    ask_profile(race, workers[OURS], PROFILED_STEPS);
    for (int i = 0; i < CONTESTANTS; i++)
        if (workers[i])
            worker_stop(workers[i]);
}

double race_ratio(const Race *race, Contestant a, Contestant b) {
    double ratios[MAX_ROUNDS];
    for (int i = 0; i < race->rounds; i++)
        ratios[i] = race->seconds[a][i] / race->seconds[b][i];
    return median(ratios, race->rounds);
}
