/* The parts of the benchmark. Each prints its tables and adds its measurements to the report. */
#ifndef BENCH_SECTIONS_H
#define BENCH_SECTIONS_H

#include "machine.h"
#include "report.h"

#include <stdbool.h>

typedef struct Bench {
    bool quick; /* fewer models and samples */
    Effort effort;
    double turn_seconds; /* of steps, at least, in each of a contestant's turns */
    Machine machine;
    Report *report;
    const char *out;              /* the directory of the pictures */
    const char *program;          /* this one, to be started again for whole steps */
    const char *mpi_program;      /* this one, built with MPI=1; may be missing */
    const char *python, *pytorch; /* the interpreter and the script */
    const char *onnx_runtime;     /* the folder of the package onnxruntime-node */
    const char *logs;             /* the directory of the recipes' training logs */
} Bench;

/* Peak and bandwidth, which the others compare with: fills bench->machine. */
void bench_machine(Bench *bench);

/* Every shape of convolution of the models, pass by pass, against the peak. */
void bench_kernels(const Bench *bench);

/* The part of the peak that they are to reach; 0: none. */
extern const double kernels_target;

/* One convolution in small steps from the textbook loops to the library's, against the peak. */
void bench_ladder(const Bench *bench);

/* The vectorised kernels against their textbook twins, on one thread: in a build without vector
 * instructions (SIMD=scalar) they must not be slower. */
void bench_twins(const Bench *bench);

/* The passes over memory between the convolutions, against the bandwidth. */
void bench_passes(const Bench *bench);

/* Whole training steps and inference beside PyTorch's and ONNX Runtime's: speed, threads, formats,
 * memory, profile. */
void bench_steps(const Bench *bench);

/* A training by two processes beside the same by one: speed, and the time of exchanges. */
void bench_processes(const Bench *bench);

/* How a training step's time and memory grow with batch, images, depth and threads. */
void bench_growth(const Bench *bench);

/* How long each recipe takes to what it reaches, by the steps' speed that the report has. */
void bench_accuracy(const Bench *bench);

/* Draws the kernels of a report under the machine's roofs (Williams et al. 2009). */
void draw_roofline(const Machine *machine, const char *csv_path, const char *directory);

#endif
