#include "kernels/simd.h"
#include "sections.h"
#include "show/table.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The processor's name as the system has it. */
static void find_name(char *name, size_t size) {
    snprintf(name, size, "unknown processor");
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (!file)
        return;
    char line[256];
    while (fgets(line, sizeof line, file))
        if (strncmp(line, "model name", strlen("model name")) == 0 && strchr(line, ':')) {
            const char *value = strchr(line, ':') + 2;
            snprintf(name, size, "%.*s", (int)strcspn(value, "\n"), value);
            break;
        }
    fclose(file);
}

static size_t cache_bytes(int which, size_t otherwise) {
    long bytes = sysconf(which);
    return bytes > 0 ? (size_t)bytes : otherwise;
}

static Machine machine_measure(Effort effort) {
    enum { MANY_ROUNDS = 200, MIB = 1 << 20, ARRAYS = 3, CACHES_OVER = 4 };
    Machine machine = {.threads = omp_get_max_threads()};
    find_name(machine.name, sizeof machine.name);
    machine.peak_of_one = peak_measure(effort, 1);
    machine.peak = peak_measure(effort, machine.threads);
    size_t largest = cache_bytes(_SC_LEVEL3_CACHE_SIZE, (size_t)32 * MIB);
    size_t own = cache_bytes(_SC_LEVEL2_CACHE_SIZE, MIB / 2);
    machine.memory = bandwidth_measure(effort, CACHES_OVER * largest, 1);
    machine.cache =
        bandwidth_measure(effort, (size_t)machine.threads * own / 2 / ARRAYS, MANY_ROUNDS);
    return machine;
}

static void say_what_it_is(const Machine *machine) {
    printf("%s; threads: %d; floats in a vector: %d\n", machine->name, machine->threads,
           VECTOR_FLOATS);
    double load = 0;
    const double idle = 0.3;
    if (getloadavg(&load, 1) == 1 && load > idle)
        printf("Something else may be running (load %.1f): numbers that count need a quiet "
               "machine.\n",
               load);
}

static void add(const Bench *bench, const char *name, const char *shape, double value,
                const char *unit) {
    report_add(bench->report,
               (Measurement){
                   .group = "machine", .name = name, .shape = shape, .value = value, .unit = unit});
}

static void print_bandwidth(const Bench *bench, Table *table, const char *where,
                            const Bandwidth *bandwidth) {
    table_row(table, "%s: read, copy, triad GB/s | %.0f | %.0f | %.0f", where, bandwidth->read,
              bandwidth->copy, bandwidth->triad);
    add(bench, "read", where, bandwidth->read, "GB/s");
    add(bench, "copy", where, bandwidth->copy, "GB/s");
    add(bench, "triad", where, bandwidth->triad, "GB/s");
}

void bench_machine(Bench *bench) {
    Machine *machine = &bench->machine;
    *machine = machine_measure(bench->effort);
    say_what_it_is(machine);
    add(bench, "processor", machine->name, machine->threads, "threads");
    add(bench, "vector", NULL, VECTOR_FLOATS, "floats");
    add(bench, "multiply-adds", "one thread", machine->peak_of_one, "GFLOP/s");
    add(bench, "multiply-adds", "all threads", machine->peak, "GFLOP/s");
    Table *table = table_new("limit | | | ");
    table_row(table, "multiply-adds: one thread, all, GFLOP/s | %.0f | %.0f | ",
              machine->peak_of_one, machine->peak);
    print_bandwidth(bench, table, "memory", &machine->memory);
    print_bandwidth(bench, table, "L2 caches", &machine->cache);
    table_print(table);
}
