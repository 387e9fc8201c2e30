/* Faults of the function under test, told in the course's words.
 *
 * A signal's handler runs on a stack of its own, writes into the shared report what happened and
 * where, and lets the signal end the process. */
#define _GNU_SOURCE /* the registers' names */
#include "harness_internal.h"

#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { HANDLER_STACK = 1 << 16, NULL_PAGE = 1 << 16, STACK_SLACK = 1 << 16 };

static uintptr_t stack_base; /* an address near the outermost end of the stack */
static double cpu_limit;

static const double busy_part = 0.1; /* of the limit */

/* Where the program stood; 0 where this machine's registers are not known here. */
static uintptr_t program_counter(const ucontext_t *context) {
#if defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

static uintptr_t stack_pointer(const ucontext_t *context) {
#if defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.sp;
#else
    return stack_base;
#endif
}

static bool was_write(const ucontext_t *context) {
#if defined(__x86_64__)
    return context->uc_mcontext.gregs[REG_ERR] & 2;
#elif defined(__aarch64__)
    /* Among the records behind the registers, the last of which has no mark: why it faulted. */
    const struct _aarch64_ctx *record = (const void *)context->uc_mcontext.__reserved;
    while (record->magic && record->magic != ESR_MAGIC)
        record = (const void *)((const char *)record + record->size);
    return record->magic == ESR_MAGIC && ((const struct esr_context *)record)->esr & 1 << 6;
#else
    (void)context;
    return false;
#endif
}

static void note_frames(const ucontext_t *context) {
    void *frames[MAX_FRAMES];
    int count = backtrace(frames, MAX_FRAMES);
    int stored = 0;
    current_report->frames[stored++] = program_counter(context);
    for (int f = 0; f < count && stored < MAX_FRAMES;
         f++) /* return addresses: the call is before */
        current_report->frames[stored++] = (uintptr_t)frames[f] - 1;
    current_report->num_frames = stored;
}

/* Whether the stack would have to grow to hold the address. */
static bool is_stack(uintptr_t address, const ucontext_t *context) {
    return address < stack_base && address + STACK_SLACK > stack_pointer(context);
}

static void describe_bad_address(const siginfo_t *info, const ucontext_t *context) {
    bool is_write = was_write(context);
    uintptr_t address = (uintptr_t)info->si_addr;
    char text[MESSAGE_TEXT];
    if (info->si_code == SI_KERNEL) {
        report_message("It used a pointer that holds no address: one never set, or overwritten.");
        return;
    }
    Kind kind = describe_array_access(address, is_write, text, sizeof text);
    if (kind != KIND_OPEN) {
        current_report->kind = kind;
        report_message("%s", text);
    } else if (address < NULL_PAGE)
        report_message(told_null, is_write ? "wrote" : "read");
    else if (is_stack(address, context))
        report_message(told_stack);
    else
        report_message(told_address, is_write ? "wrote" : "read");
}

/* Who waits computes nothing; who loops does, as far as the machine's other work lets it. */
static void describe_time(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    double seconds = (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
    if (seconds > busy_part * cpu_limit)
        report_message("It was still computing after %.1f seconds: is there a loop that never "
                       "ends?",
                       seconds);
    else
        report_message("It was still not done at the time limit: does it wait for something?");
}

static void on_fault(int number, siginfo_t *info, void *opaque) {
    static volatile sig_atomic_t is_second;
    const ucontext_t *context = opaque;
    signal(number, SIG_DFL);
    if (is_second) { /* a broken stack can stop the handler too; the first message stays */
        raise(number);
        return;
    }
    is_second = 1;
    current_report->signal = number;
    current_report->kind = KIND_CRASHED;
    switch (number) {
    case SIGSEGV:
    case SIGBUS:
        describe_bad_address(info, context);
        break;
    case SIGFPE:
        report_message(told_division);
        break;
    case SIGABRT:
        report_message(told_abort);
        break;
    case SIGILL:
    case SIGTRAP:
        report_message(told_impossible);
        break;
    case SIGXFSZ:
        report_message(told_printing);
        break;
    case SIGSYS:
        report_message("It asked the operating system for something that no exercise needs (other "
                       "processes, files, the network: system call %d). It was not done.",
                       info->si_syscall);
        break;
    case SIGPROF:
    case SIGALRM:
        current_report->kind = KIND_TIMED_OUT;
        describe_time();
        break;
    default:
        report_message("It was stopped by signal %d.", number);
    }
    note_frames(context);
    raise(number);
}

static void start_timer(int which, double seconds) {
    time_t whole = (time_t)seconds;
    struct itimerval timer = {
        .it_value = {whole, (suseconds_t)(1e6 * (seconds - (double)whole)) + 1}};
    setitimer(which, &timer, NULL);
}

void catch_faults(double cpu_seconds, double wall_seconds) {
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGABRT, SIGILL,
                                  SIGXFSZ, SIGPROF, SIGALRM, SIGTRAP, SIGSYS};
    char here;
    stack_base = (uintptr_t)&here;
    cpu_limit = cpu_seconds;

    void *frames[1];
    backtrace(frames, 1); /* loads what it needs now, not in the handler */
    stack_t stack = {.ss_sp = malloc(HANDLER_STACK), .ss_size = HANDLER_STACK};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
    start_timer(ITIMER_PROF, cpu_seconds);
    start_timer(ITIMER_REAL, wall_seconds);
}
