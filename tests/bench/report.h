/* The results as a table for programs: one row a measurement, in a file of comma-separated values.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

/* Texts may be NULL (in a report they are empty then) and numbers 0 where there is nothing to say.
 */
typedef struct Measurement {
    /* machine, kernel, ladder, twin, pass, train, infer, memory, profile, processes, growth,
     * accuracy */
    const char *group;
    const char *name; /* of the model or of what was measured */
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

Report *report_new(void);

/* The report that report_write() left. Ends the program if there is none. */
Report *report_read(const char *path);

void report_free(Report *report);

/* Texts are copied. */
void report_add(Report *report, Measurement measurement);

/* Removes a group's rows. */
void report_remove(Report *report, const char *group);

/* The next row after `after` (NULL: the first) of that group, name and shape (NULL: any); NULL if
 * there is no more. It holds until rows are added or removed. */
const Measurement *report_next(const Report *report, const Measurement *after, const char *group,
                               const char *name, const char *shape);

/* How many rows of that group, name and pass (the last two NULL: any) there are, and how many of
 * them reach their target. */
typedef struct Tally {
    int measured, reached;
} Tally;
Tally report_tally(const Report *report, const char *group, const char *name, const char *pass);

void report_write(const Report *report, const char *path);

#endif
