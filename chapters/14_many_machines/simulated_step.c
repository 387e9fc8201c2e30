/* A step's pattern on simulated machines: what a node computes is replaced by its time, what it
 * exchanges goes through the simulated network. Only SimGrid's SMPI can run it: simulate.sh with
 * PATTERN=1. Two processes stand for each node: number `node` computes and combines, number nodes +
 * node sums up gradients beside it, as a thread of the node would. All are in one address space and
 * send the same bytes, which nobody reads. Prints the step as a row of scaling.h. */
#include "base/error.h"
#include "base/options.h"
#include "pattern.h"
#include "scaling.h"

#include <smpi/mpi.h>
#include <stdio.h>
#include <stdlib.h>

/* The simulated machines' speed, as simulate.sh makes them. */
static const double flops_a_second = 1e9;

enum { TAG_COMBINE, TAG_SUM, TAG_READY, MOST_BUCKETS = 1000 };

typedef struct Options {
    int layers, images, buckets;
    float rate, gbits, latency;
    bool ghost;
} Options;

static const Option rows[] = {
    {"layers", 'l', "N", INTEGER_AT(Options, layers, 18, 200), "of the ResNet (default 50)"},
    {"images", 'n', "N", INTEGER_AT(Options, images, 1, 1 << 20), "of a node (default 32)"},
    {"rate", 'r', "R", NUMBER_AT(Options, rate, 1e-3, 1e6),
     "images a second that a node trains on alone (default 8)"},
    {"gbits", 'b', "G", NUMBER_AT(Options, gbits, 1e-3, 1e6),
     "of a node's link, as in simulate.sh (default 10)"},
    {"latency", 'a', "US", NUMBER_AT(Options, latency, 0, 1e6),
     "of a message in microseconds, as in simulate.sh (default 10)"},
    {"ghost", 'g', NULL, FLAG_AT(Options, ghost), "batch norms exchange nothing"},
    {"buckets", 'k', "N", INTEGER_AT(Options, buckets, 1, MOST_BUCKETS),
     "parts of the gradients, exchanged while others are computed (default 1)"},
    {0}};

static const char about[] = "Simulates a training step of many machines.";

/* ---- exchanges ---- */

typedef struct Node {
    int number, count;
    void *bytes; /* room for any message */
} Node;

static void exchange_bytes(const Node *node, int partner, int tag, size_t bytes) {
    MPI_Sendrecv(node->bytes, (int)bytes, MPI_BYTE, partner, tag, node->bytes, (int)bytes, MPI_BYTE,
                 partner, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/* Halves, then doubles, as all_reduce() does. */
static void sum_up(const Node *node, size_t bytes) {
    int distance = 1;
    for (; distance < node->count; distance *= 2) {
        bytes /= 2;
        exchange_bytes(node, node->count + (node->number ^ distance), TAG_SUM, bytes);
    }
    for (distance /= 2; distance >= 1; distance /= 2) {
        exchange_bytes(node, node->count + (node->number ^ distance), TAG_SUM, bytes);
        bytes *= 2;
    }
}

/* The process that sums up: the node's other one tells how many bytes are ready, 0 at the end. */
static void sum_what_is_ready(const Node *node) {
    for (;;) {
        size_t bytes;
        MPI_Recv(&bytes, sizeof bytes, MPI_BYTE, node->number, TAG_READY, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
        if (bytes == 0)
            break;
        sum_up(node, bytes);
    }
    MPI_Send(NULL, 0, MPI_BYTE, node->number, TAG_READY, MPI_COMM_WORLD);
}

/* ---- the process that computes ---- */

static void compute(void *context, double seconds) {
    (void)context;
    smpi_execute_flops(seconds * flops_a_second);
}

static void combine(void *context, int count) {
    const Node *node = context;
    for (int distance = 1; distance < node->count; distance *= 2)
        exchange_bytes(node, node->number ^ distance, TAG_COMBINE, (size_t)count * sizeof(double));
}

static void tell(const Node *node, size_t bytes) {
    MPI_Send(&bytes, sizeof bytes, MPI_BYTE, node->count + node->number, TAG_READY, MPI_COMM_WORLD);
}

static void sum(void *context, size_t count) {
    tell(context, count * sizeof(float));
}

static double simulate(const Step *step, Node *node) {
    static const StepEvents events = {compute, combine, sum};
    double begin = MPI_Wtime();
    step_walk(step, &events, node);
    tell(node, 0);
    MPI_Recv(NULL, 0, MPI_BYTE, node->count + node->number, TAG_READY, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    return MPI_Wtime() - begin;
}

/* ---- all together ---- */

static void print_row(const Options *options, const Step *step, int nodes, double seconds) {
    Link link = {.latency = options->latency * 1e-6, .bytes = options->gbits * 1e9 / 8};
    ScalingRow row = {.layers = options->layers,
                      .side = step->pattern->side,
                      .images = options->images,
                      .rate = options->rate,
                      .gbits = options->gbits,
                      .latency = options->latency,
                      .ghost = options->ghost,
                      .buckets = options->buckets,
                      .nodes = nodes,
                      .simulated = seconds,
                      .model = step_seconds(step, link, nodes)};
    csv_write_header(&scaling_table, stdout);
    csv_write_rows(&scaling_table, stdout, &row, 1);
}

int main(int argc, char *argv[]) {
    Options options = {
        .layers = 50, .images = 32, .buckets = 1, .rate = 8, .gbits = 10, .latency = 10};
    MPI_Init(&argc, &argv);
    options_read(rows, about, argc, argv, &options);
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    int nodes = size / 2;
    require(size % 2 == 0 && (nodes & (nodes - 1)) == 0,
            "%d processes for nodes of two; use twice a power of two", size);

    Pattern pattern = pattern_new(options.layers);
    static void *bytes; /* one for all processes */
    if (!bytes)
        bytes = SMPI_SHARED_MALLOC(pattern.gradients * sizeof(float));
    Node node = {.number = rank % nodes, .count = nodes, .bytes = bytes};
    Step step = {.pattern = &pattern,
                 .seconds = options.images / (double)options.rate,
                 .ghost = options.ghost,
                 .buckets = options.buckets};
    double seconds = 0, slowest;
    if (rank < nodes)
        seconds = simulate(&step, &node);
    else
        sum_what_is_ready(&node);
    MPI_Reduce(&seconds, &slowest, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    if (rank == 0)
        print_row(&options, &step, nodes, slowest);
    pattern_free(&pattern);
    MPI_Finalize();
    return EXIT_SUCCESS;
}
