/* Runs other programs within limits. */
#include "command.h"

#include "base/clock.h"
#include "base/error.h"
#include "files.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MEGABYTE = 1 << 20, MEMORY_MEGABYTES = 4096, FILE_MEGABYTES = 256, NO_COMMAND = 127 };

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

static _Noreturn void become(Command *command, const char *output) {
    int log = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    limit(RLIMIT_AS, (rlim_t)MEMORY_MEGABYTES * MEGABYTE);
    limit(RLIMIT_FSIZE, (rlim_t)FILE_MEGABYTES * MEGABYTE);
    limit(RLIMIT_CORE, 0);
    command_add(command, NULL);
    execvp(command->words[0], (char *const *)command->words);
    _exit(NO_COMMAND);
}

int command_run(Command *command, const char *output, double seconds) {
    double end = clock_seconds() + seconds;
    pid_t child = fork();
    require(child >= 0, "cannot start %s: too many processes", command->words[0]);
    if (child == 0)
        become(command, output);
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (clock_seconds() > end) {
            kill(child, SIGTERM); /* a test program ends its tests before it goes */
            nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return COMMAND_TIMED_OUT;
        }
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    require(!WIFEXITED(status) || WEXITSTATUS(status) != NO_COMMAND,
            "%s is not there; install it (make setup)", command->words[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
