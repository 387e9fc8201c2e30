#define _GNU_SOURCE /* pipe2, environ */
#include "worker.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct Worker {
    const char *name;
    pid_t process;
    FILE *questions, *answers;
};

/* Our environment, with that variable (NULL: none more). */
static char **environment_with(const char *variable) {
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **all = memory_new(count + 2, sizeof *all);
    size_t name = variable ? strcspn(variable, "=") + 1 : 0;
    for (size_t i = 0; i < count; i++)
        if (!variable || strncmp(environ[i], variable, name) != 0)
            all[kept++] = environ[i];
    all[kept] = (char *)variable;
    return all;
}

/* Our ends close on exec: a worker that held another one's would keep it from ending. */
static bool start(Worker *worker, const char *const arguments[], const char *variable) {
    int to[2], from[2];
    require(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0,
            "%s: no pipe to it: %s; close other programs", arguments[0], strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    fflush(NULL);
    char **environment = environment_with(variable);
    int failure = posix_spawnp(&worker->process, arguments[0], &actions, NULL,
                               (char *const *)arguments, environment);
    free(environment);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    worker->questions = fdopen(to[1], "w");
    worker->answers = fdopen(from[0], "r");
    require(worker->questions && worker->answers, "%s: no pipe to it: %s; close other programs",
            arguments[0], strerror(errno));
    return failure == 0;
}

static bool read_line(Worker *worker, char answer[ANSWER_TEXT]) {
    if (!fgets(answer, ANSWER_TEXT, worker->answers))
        return false;
    answer[strcspn(answer, "\n")] = '\0';
    return true;
}

Worker *worker_start(const char *const arguments[], const char *variable,
                     char answer[ANSWER_TEXT]) {
    signal(SIGPIPE, SIG_IGN); /* the missing answer says that a worker died */
    Worker *worker = memory_new(1, sizeof *worker);
    worker->name = arguments[0];
    bool started = start(worker, arguments, variable);
    if (!started || !read_line(worker, answer))
        snprintf(answer, ANSWER_TEXT, started ? "%s ended early" : "%s cannot be run",
                 arguments[0]);
    else if (strncmp(answer, "ready", strlen("ready")) == 0)
        return worker;
    worker_stop(worker);
    return NULL;
}

void worker_next(Worker *worker, char answer[ANSWER_TEXT]) {
    require(read_line(worker, answer),
            "%s ended early; its own message stands above (out of memory ends without one)",
            worker->name);
}

void worker_ask(Worker *worker, const char *question, char answer[ANSWER_TEXT]) {
    fprintf(worker->questions, "%s\n", question);
    fflush(worker->questions);
    worker_next(worker, answer);
}

void worker_stop(Worker *worker) {
    fclose(worker->questions);
    fclose(worker->answers);
    if (worker->process > 0)
        while (waitpid(worker->process, NULL, 0) < 0 && errno == EINTR)
            continue;
    free(worker);
}
