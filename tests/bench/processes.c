/* One training by two processes that share this machine, beside the same training by one. */
#include "race.h"

#include "show/table.h"

#include <stdio.h>

static const double processes_target = 0.95; /* of one process's speed */
static const double exchange_target = 0.05;  /* at most, of a step */

typedef struct Way {
    const char *name;
    bool ghost;
    const char *messages; /* how they go; NULL: one process */
    double target;
} Way;

static const Way ways[] = {
    {"one process", .messages = NULL},
    {"two processes, shared memory", .messages = "OMPI_MCA_btl=self,vader"},
    {"two processes, TCP", .messages = "OMPI_MCA_btl=self,tcp", .target = processes_target},
    {"two processes, TCP, ghost batch norms", .ghost = true, .messages = "OMPI_MCA_btl=self,tcp"},
};
enum { WAYS = sizeof ways / sizeof ways[0], PROCESSES = 2 };

static const Setting settings[] = {{20, 28, 1, 10, 128}, {18, 28, 1, 10, 128}};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* As many threads in all ways. */
static int threads_of(const Bench *bench, const Way *way) {
    int each = bench->machine.threads / PROCESSES;
    return way->messages ? each : each * PROCESSES;
}

static Worker *start(const Bench *bench, const Setting *setting, const Way *way,
                     char answer[ANSWER_TEXT]) {
    Bench machine = *bench;
    machine.machine.threads = threads_of(bench, way);
    const char *mode = way->ghost ? "ghost" : "train";
    if (!way->messages)
        return step_worker(&machine, setting, OURS, mode, NULL, answer);
    return processes_worker(&machine, setting, PROCESSES, way->messages, mode, answer);
}

/* Parts of a step: its exchanges alone, and those with the waits for a slower process. */
typedef struct Exchanged {
    double alone, with_waits;
} Exchanged;

static Exchanged exchanged_of(const Bench *bench, Worker *worker, double step) {
    enum { TURNS = 7, EXCHANGES = 20 };
    double alone[TURNS], with_waits[TURNS];
    for (int i = 0; i < TURNS; i++) {
        double seconds = 0, exchanged = 0;
        ask_steps(worker, (int)(bench->turn_seconds / step) + 1, &seconds, &exchanged);
        with_waits[i] = exchanged / seconds;
        alone[i] = ask_exchange(worker, EXCHANGES) / step;
    }
    return (Exchanged){median(alone, TURNS), median(with_waits, TURNS)};
}

static void show(const Bench *bench, const Setting *setting, Worker *const workers[WAYS]) {
    double seconds[WAYS][MAX_ROUNDS], medians[WAYS];
    char model[SETTING_TEXT], shape[SETTING_TEXT];
    int rounds = take_turns(bench, workers, WAYS, seconds, medians);
    setting_model(setting, model);
    setting_shape(setting, shape);
    printf("\nTraining by two processes: %s %s, each way on %d threads in all\n", model, shape,
           threads_of(bench, ways));
    Table *table = table_new("way | img/s | to one process | exchanges %, alone | with waits");
    for (int i = 0; i < WAYS; i++) {
        bool counts = setting == settings && ways[i].target > 0;
        Exchanged exchanged = {0};
        if (ways[i].messages)
            exchanged = exchanged_of(bench, workers[i], medians[i]);
        Measurement row = {
            .group = "processes", .name = model, .shape = shape, .pass = ways[i].name};
        row.value = setting->batch / medians[i];
        row.unit = "img/s";
        row.ratio = median_ratio(seconds[0], seconds[i], rounds);
        row.ratio_to = "one process";
        row.target = counts ? ways[i].target : 0;
        report_add(bench->report, row);
        table_row(table, "%s | %.0f | %.2f | %.1f | %.1f", row.pass, row.value, row.ratio,
                  100 * exchanged.alone, 100 * exchanged.with_waits);
        row.value = 100 * exchanged.with_waits;
        row.unit = "% with waits";
        row.ratio = exchanged.alone;
        row.ratio_to = "step, exchanges alone";
        row.target = counts ? exchange_target : 0;
        report_add(bench->report, row);
    }
    table_print(table);
    if (setting == settings)
        printf("  target, through TCP: at least %.2f, exchanges at most %.0f %%\n",
               processes_target, 100 * exchange_target);
}

void bench_processes(const Bench *bench) {
    if (threads_of(bench, ways) < PROCESSES) {
        puts("\nTraining by two processes: left out, there is one processor");
        return;
    }
    for (const Setting *setting = settings; setting < settings + SETTINGS; setting++) {
        Worker *workers[WAYS] = {NULL};
        char answer[ANSWER_TEXT];
        for (int i = 0; i < WAYS; i++) {
            workers[i] = start(bench, setting, &ways[i], answer);
            if (workers[i])
                continue;
            printf(
                "\nTraining by two processes: left out, %s; make setup MPI=1 installs Open MPI\n",
                answer);
            while (i-- > 0)
                worker_stop(workers[i]);
            return;
        }
        show(bench, setting, workers);
        for (int i = 0; i < WAYS; i++)
            worker_stop(workers[i]);
    }
}
