/* What simulated machines gain: a row for each simulated step, a table and a picture of them. */
#ifndef MANY_MACHINES_SCALING_H
#define MANY_MACHINES_SCALING_H

#include "base/csv.h"

/* A step as simulated_step.c simulates it. */
typedef struct ScalingRow {
    int layers, side; /* the ResNet, and its images */
    int images;       /* of a node */
    double rate;      /* images a second, of a node alone */
    double gbits;     /* of a node's link, a second */
    double latency;   /* of a message, microseconds */
    int ghost;
    int buckets;
    int nodes;
    double simulated, model; /* seconds of the step */
} ScalingRow;

extern const CsvTable scaling_table;

/* Prints the file's rows as tables, and draws directory/scaling.png. */
void scaling_show(const char *path, const char *directory);

#endif
