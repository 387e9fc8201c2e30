/* Runs other programs within limits. */
#include "command.h"

#include "base/clock.h"
#include "base/error.h"
#include "files.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum {
    MEGABYTE = 1 << 20,
    MEMORY_MEGABYTES = 4096,
    FILE_MEGABYTES = 256,
    OPEN_FILES = 1024,
    NO_COMMAND = 127,
    STRAY_ROUNDS = 1000,
};

void command_add(Command *command, const char *word) {
    require(command->count + 1 < (int)(sizeof command->words / sizeof *command->words),
            "the command %s grew too long", command->words[0]);
    command->words[command->count++] = word;
}

void command_add_words(Command *command, const char *words) {
    while (*words) {
        size_t length = strcspn(words, " ");
        if (length > 0)
            command_add(command, text_of("%.*s", (int)length, words));
        words += length;
        words += strspn(words, " ");
    }
}

static void limit(int resource, rlim_t most) {
    setrlimit(resource, &(struct rlimit){most, most});
}

/* Of the environment, what compilers and tests need. */
static void clear_environment(void) {
    static const char *const needed[] = {"PATH",
                                         "HOME",
                                         "TMPDIR",
                                         "LD_LIBRARY_PATH",
                                         "OMP_NUM_THREADS",
                                         "OMP_WAIT_POLICY",
                                         "CK_TIMEOUT_MULTIPLIER",
                                         "GRADE_TAP",
                                         "GRADE_XML"};
    enum { COUNT = sizeof needed / sizeof *needed };
    const char *values[COUNT];
    for (int i = 0; i < COUNT; i++)
        values[i] = getenv(needed[i]);
    static char *nothing[] = {NULL};
    extern char **environ;
    environ = nothing;
    for (int i = 0; i < COUNT; i++)
        if (values[i])
            setenv(needed[i], values[i], 1);
    setenv("LC_ALL", "C.UTF-8", 1); /* the grader reads what compilers say */
}

static _Noreturn void become(Command *command, const char *output) {
    int log = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    for (int other = STDERR_FILENO + 1; other < OPEN_FILES; other++)
        close(other);
    clear_environment();
    limit(RLIMIT_AS,
          (rlim_t)(command->megabytes > 0 ? command->megabytes : MEMORY_MEGABYTES) * MEGABYTE);
    limit(RLIMIT_FSIZE, (rlim_t)FILE_MEGABYTES * MEGABYTE);
    limit(RLIMIT_CORE, 0);
    if (command->cpu_seconds > 0)
        limit(RLIMIT_CPU, (rlim_t)command->cpu_seconds);
    command_add(command, NULL);
    execvp(command->words[0], (char *const *)command->words);
    _exit(NO_COMMAND);
}

/* Orphans of what was started become this process's children, whatever session they fled to. */
static void adopt_orphans(bool adopt) {
#ifdef __linux__
    prctl(PR_SET_CHILD_SUBREAPER, adopt);
#else
    (void)adopt;
#endif
}

static void pause_for(double seconds) {
    nanosleep(&(struct timespec){.tv_nsec = (long)(1e9 * seconds)}, NULL);
}

/* Ends all children of this process, and those that it inherits by that; Linux alone names them. */
static void end_strays(void) {
    const char *path = text_of("/proc/self/task/%ld/children", (long)getpid());
    for (int round = 0; round < STRAY_ROUNDS && waitpid(-1, NULL, WNOHANG) >= 0; round++) {
        FILE *children = fopen(path, "r");
        if (!children)
            return;
        for (int child; fscanf(children, "%d", &child) == 1;)
            kill(child, SIGKILL);
        fclose(children);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        pause_for(0.001);
    }
}

int command_run(Command *command, const char *output, double seconds) {
    double end = clock_seconds() + seconds;
    adopt_orphans(true);
    pid_t child = fork();
    require(child >= 0, "cannot start %s: too many processes", command->words[0]);
    if (child == 0)
        become(command, output);
    int status = 0;
    bool timed_out = false;
    while (waitpid(child, &status, WNOHANG) == 0) {
        timed_out = clock_seconds() > end;
        if (timed_out) {
            kill(child, SIGTERM); /* a test program ends its tests before it goes */
            pause_for(0.2);
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            break;
        }
        pause_for(0.002);
    }
    end_strays();
    adopt_orphans(false);
    if (timed_out)
        return COMMAND_TIMED_OUT;
    require(!WIFEXITED(status) || WEXITSTATUS(status) != NO_COMMAND,
            "%s is not there; install it (make setup)", command->words[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
