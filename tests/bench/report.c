#include "report.h"

#include "base/memory.h"
#include "base/output_file.h"

#include <stdlib.h>
#include <string.h>

struct Report {
    OutputFile *file;
};

Report *report_new(const char *path) {
    Report *report = memory_new(1, sizeof *report);
    report->file = output_open(path);
    fputs("group,name,shape,pass,value,unit,ratio,ratio_to,target,flops_per_byte\n",
          output_stream(report->file));
    return report;
}

static void put_text(FILE *stream, const char *text, char end) {
    const char *quote = text && strchr(text, ',') ? "\"" : "";
    fprintf(stream, "%s%s%s%c", quote, text ? text : "", quote, end);
}

static void put_number(FILE *stream, double number, char end) {
    if (number != 0)
        fprintf(stream, "%.6g", number);
    fputc(end, stream);
}

void report_add(Report *report, Measurement measurement) {
    FILE *stream = output_stream(report->file);
    put_text(stream, measurement.group, ',');
    put_text(stream, measurement.name, ',');
    put_text(stream, measurement.shape, ',');
    put_text(stream, measurement.pass, ',');
    put_number(stream, measurement.value, ',');
    put_text(stream, measurement.unit, ',');
    put_number(stream, measurement.ratio, ',');
    put_text(stream, measurement.ratio_to, ',');
    put_number(stream, measurement.target, ',');
    put_number(stream, measurement.flops_per_byte, '\n');
}

void report_close(Report *report) {
    output_commit(report->file);
    free(report);
}
