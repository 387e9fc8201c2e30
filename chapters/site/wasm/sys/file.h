/* A page's program has its files for itself. */
#ifndef SYS_FILE_H
#define SYS_FILE_H

enum { LOCK_EX = 2, LOCK_NB = 4 };

static inline int flock(int file, int operation) {
    (void)file;
    (void)operation;
    return 0;
}

#endif
