/* What the files here share with each other, beside harness_internal.h. */
#ifndef KIT_H
#define KIT_H

#include "exercises/harness_internal.h"

/* Ends the test so. */
_Noreturn void fail_as(Kind kind, const char *message);

/* If a value of an output comes from outside an array, the report says so instead. */
void find_reads_outside(void);

/* NULL is an address like any other here: the lowest page gets canaries. */
void fill_null_page(void);
bool null_page_is_changed(void);

#endif
