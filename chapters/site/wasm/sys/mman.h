/* Memory has no pages here, so advice about them is for nobody. */
#ifndef SYS_MMAN_H
#define SYS_MMAN_H

#include <stddef.h>

enum { MADV_HUGEPAGE };
#define MADV_HUGEPAGE MADV_HUGEPAGE

static inline int madvise(void *memory, size_t bytes, int advice) {
    (void)memory;
    (void)bytes;
    (void)advice;
    return 0;
}

#endif
