/* The child gives everything up before it begins: files, the right to open others, and all system
 * calls but a few. It ends by _exit(), so no buffer is flushed twice and nothing of the parent's
 * exit is done. */
#define _GNU_SOURCE
#include "base/contained.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

enum { CLOCK_FACTOR = 10, PIPE_BYTES = 1 << 20 }; /* a pipe of Linux may have so many */

/* The limit may pass by `beyond` before a signal that nothing can catch. */
static void limit(int resource, rlim_t most, rlim_t beyond) {
    struct rlimit limits = {most, most + beyond};
    setrlimit(resource, &limits);
}

/* Bytes of address space that the process has; 0 where /proc does not say. */
static size_t address_space(void) {
    unsigned long pages = 0;
    FILE *stream = fopen("/proc/self/statm", "r");
    if (!stream)
        return 0;
    bool known = fscanf(stream, "%lu", &pages) == 1;
    fclose(stream);
    return known ? pages * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

/* Signals end the child as they end any program; those of the terminal are the parent's concern. */
static void reset_signals(void) {
    static const int ends[] = {SIGABRT, SIGALRM, SIGBUS,  SIGFPE,  SIGILL,
                               SIGPIPE, SIGSEGV, SIGTRAP, SIGXCPU, SIGXFSZ};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        signal(ends[i], SIG_DFL);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* All but `kept`, which gets the number 0. */
static void close_files(int kept) {
    dup2(kept, 0);
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 1U, ~0U, 0U) == 0)
        return;
#endif
    for (int file = 1; file < (int)sysconf(_SC_OPEN_MAX); file++)
        close(file);
}

#if defined(__linux__) && defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__linux__) && defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

/* What malloc, the answer and _exit() need is allowed; whatever else is called fails with EPERM. A
 * kernel without filters leaves it at the limits. */
static void forbid_system_calls(void) {
#ifdef MACHINE
#define ALLOW(call)                                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1),                                         \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(brk),
        ALLOW(mmap),
        ALLOW(mprotect),
        ALLOW(mremap),
        ALLOW(munmap),
        ALLOW(madvise),
        ALLOW(write),
        ALLOW(sigaltstack), /* the address sanitizer asks before an exit */
        ALLOW(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    const struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
#endif
}

/* Valgrind runs in the child too, with files, memory and system calls of its own. */
static bool runs_in_valgrind(void) {
    const char *loaded = getenv("LD_PRELOAD");
    return loaded && strstr(loaded, "vgpreload");
}

static void contain(ContainedLimits limits, size_t has) {
    reset_signals();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_CPU, (rlim_t)limits.seconds, 1);
    alarm((unsigned)limits.seconds * CLOCK_FACTOR);
    if (runs_in_valgrind())
        return;
    limit(RLIMIT_FSIZE, 0, 0);
    limit(RLIMIT_NOFILE, 0, 0);
    limit(RLIMIT_NPROC, 0, 0);
    if (has > 0)
        limit(RLIMIT_AS, has + limits.memory, 0);
    forbid_system_calls();
}

bool contained_start(Contained *contained, ContainedWork *work, const void *argument,
                     ContainedLimits limits) {
    int ends[2];
    if (pipe(ends) != 0)
        return false;
#ifdef F_SETPIPE_SZ
    fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES);
#endif
    size_t has = address_space();
    pid_t child = fork();
    if (child == 0) {
        close_files(ends[1]);
        contain(limits, has);
        work(argument, 0);
        _exit(EXIT_SUCCESS);
    }
    int reason = errno;
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    errno = reason;
    *contained = (Contained){child, ends[0]};
    return child > 0;
}

void contained_write(int results, const void *from, size_t bytes) {
    for (const char *at = from, *end = at + bytes; at < end;) {
        ssize_t written = write(results, at, (size_t)(end - at));
        if (written <= 0)
            _exit(EXIT_FAILURE); /* nobody listens */
        at += written;
    }
}

bool contained_read(const Contained *contained, void *to, size_t bytes) {
    for (char *at = to, *end = at + bytes; at < end;) {
        ssize_t found = read(contained->results, at, (size_t)(end - at));
        if (found == 0 || (found < 0 && errno != EINTR))
            return false;
        at += found > 0 ? found : 0;
    }
    return true;
}

/* Where whoever started the program has it ignore SIGCHLD, there is no status: FINISHED. */
ContainedEnd contained_end(Contained *contained) {
    int status = 0;
    close(contained->results);
    while (waitpid(contained->child, &status, 0) < 0 && errno == EINTR)
        ;
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGXCPU || signal == SIGALRM)
        return CONTAINED_TOO_SLOW;
    return status == 0 ? CONTAINED_FINISHED : CONTAINED_CRASHED;
}
