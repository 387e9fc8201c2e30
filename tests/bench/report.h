/* The results as a table for programs: one row a measurement. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

/* Texts may be NULL and numbers 0 where there is nothing to say. */
typedef struct Measurement {
    const char *group; /* machine, kernel, pass, train, infer, profile, ... */
    const char *name;  /* of the model or of what was measured */
    const char *shape;
    const char *pass; /* forward, backward-inputs, ...; or who ran it */
    double value;
    const char *unit;
    double ratio; /* to what ratio_to names */
    const char *ratio_to;
    double target;         /* for the ratio */
    double flops_per_byte; /* of a kernel that moves each array once */
} Measurement;

typedef struct Report Report;

Report *report_new(const char *path);
void report_add(Report *report, Measurement measurement);

/* The file stands in its place from now on. */
void report_close(Report *report);

#endif
