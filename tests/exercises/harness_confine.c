/* A test's process needs no files, no other processes and no network: a filter of system calls
 * (seccomp, Linux) takes them from it before the function under test runs. */
#define _GNU_SOURCE
#include "harness_internal.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#else
#define MACHINE AUDIT_ARCH_AARCH64
#endif

/* What computing, memory, printing to open files, and ending take. */
static const int allowed[] = {
    SYS_read,        SYS_write,           SYS_writev,         SYS_close,
    SYS_fstat,       SYS_newfstatat,      SYS_lseek,          SYS_mmap,
    SYS_munmap,      SYS_mremap,          SYS_mprotect,       SYS_madvise,
    SYS_brk,         SYS_futex,           SYS_getpid,         SYS_gettid,
    SYS_getrandom,   SYS_rt_sigaction,    SYS_rt_sigprocmask, SYS_rt_sigreturn,
    SYS_sigaltstack, SYS_clock_gettime,   SYS_gettimeofday,   SYS_clock_nanosleep,
    SYS_nanosleep,   SYS_restart_syscall, SYS_sched_yield,    SYS_exit,
    SYS_exit_group,  SYS_timer_create,    SYS_timer_delete, /* Check looks for a clock */
    SYS_sysinfo, /* qsort() asks how much memory there is */
#ifdef SYS_time
    SYS_time,
#endif
};

/* What the C library may try on its own and can do without. */
static const int denied[] = {
    SYS_openat,    SYS_readlinkat, SYS_faccessat, SYS_ioctl, SYS_fcntl, SYS_sched_getaffinity,
    SYS_prlimit64,
#ifdef SYS_open
    SYS_open,      SYS_readlink,   SYS_access,    SYS_stat,  SYS_lstat,
#endif
#ifdef SYS_statx
    SYS_statx,
#endif
};

enum {
    COUNT_ALLOWED = sizeof allowed / sizeof *allowed,
    COUNT_DENIED = sizeof denied / sizeof *denied
};

typedef struct Filter {
    struct sock_filter steps[2 * (COUNT_ALLOWED + COUNT_DENIED) + 16];
    unsigned short length;
} Filter;

static void step(Filter *filter, struct sock_filter step) {
    filter->steps[filter->length++] = step;
}

static void load(Filter *filter, size_t offset) {
    step(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}

static void answer(Filter *filter, unsigned action) {
    step(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Passes over so many of the next steps: if what was loaded is the value, or otherwise. */
static void skip(Filter *filter, unsigned value, unsigned char if_equal, unsigned char otherwise) {
    step(filter,
         (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, if_equal, otherwise));
}

static void answer_calls(Filter *filter, const int *calls, int count, unsigned action) {
    for (int i = 0; i < count; i++) {
        skip(filter, (unsigned)calls[i], 0, 1);
        answer(filter, action);
    }
}

void confine(void) {
    Filter filter = {.length = 0};
    load(&filter, offsetof(struct seccomp_data, arch));
    skip(&filter, MACHINE, 1, 0);
    answer(&filter, SECCOMP_RET_TRAP);
    load(&filter, offsetof(struct seccomp_data, nr));
    answer_calls(&filter, allowed, COUNT_ALLOWED, SECCOMP_RET_ALLOW);
    answer_calls(&filter, denied, COUNT_DENIED, SECCOMP_RET_ERRNO | EACCES);
    skip(&filter, SYS_tgkill, 0, 5); /* abort() ends its own process; stopping is not ending */
    load(&filter, offsetof(struct seccomp_data, args[2]));
    skip(&filter, SIGSTOP, 3, 0);
    load(&filter, offsetof(struct seccomp_data, args[0]));
    skip(&filter, (unsigned)getpid(), 0, 1);
    answer(&filter, SECCOMP_RET_ALLOW);
    answer(&filter, SECCOMP_RET_TRAP);
    struct sock_fprog program = {filter.length, filter.steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

void confine(void) {}

#endif
