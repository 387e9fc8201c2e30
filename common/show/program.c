#define _GNU_SOURCE /* environ */
#include "show/program.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

/* In memory, where that can be: a training must not end because /tmp is full. */
FILE *program_source(void) {
    FILE *source = NULL;
#ifdef __linux__
    int memory = memfd_create("source", MFD_CLOEXEC);
    source = memory >= 0 ? fdopen(memory, "w+") : NULL;
#endif
    if (!source)
        source = tmpfile();
    require(source, "cannot make a temporary file: %s; make room in /tmp", strerror(errno));
    return source;
}

/* Returns 0 or the reason, as errno has it. */
static int start(pid_t *child, const char *const arguments[], FILE *source, FILE *picture) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(source), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(picture), STDOUT_FILENO);
    posix_spawnattr_t attributes; /* a process group of its own, which Ctrl-C does not reach */
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    int failure =
        posix_spawnp(child, arguments[0], &actions, &attributes, (char *const *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

int program_run(const char *const arguments[], FILE *source, FILE *picture) {
    pid_t child;
    int failure = fflush(source) != 0 ? errno : ferror(source) ? EIO : 0, status = 0;
    rewind(source);
    signal(SIGCHLD, SIG_DFL); /* whoever ignores it, by inheritance, cannot wait for a child */
    if (!failure)
        failure = start(&child, arguments, source, picture);
    fclose(source);
    if (failure) {
        errno = failure;
        return PROGRAM_NOT_STARTED;
    }
    while (waitpid(child, &status, 0) < 0)
        require(errno == EINTR, "%s: lost sight of it: %s; try again", arguments[0],
                strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : PROGRAM_KILLED;
}

void program_draw(const char *const arguments[], const char *package, FILE *source, FILE *picture) {
    int status = program_run(arguments, source, picture);
    require(status != PROGRAM_NOT_STARTED,
            "%s: cannot be run: %s; install the package %s (make setup does)", arguments[0],
            strerror(errno), package);
    require(status == 0, "%s failed with status %d; its own message stands above", arguments[0],
            status);
}
