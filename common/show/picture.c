#define _GNU_SOURCE /* environ */
#include "show/picture.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/output_file.h"

const char *picture_path(char path[PICTURE_PATH], const char *directory, const char *name) {
    output_make_directory(directory);
    int length = snprintf(path, PICTURE_PATH, "%s/%s", directory, name);
    require(length < PICTURE_PATH, "%s: the path is too long; choose a shorter one", directory);
    return path;
}

void picture_announce(const char *path) {
    printf("picture: %s\n", path);
}

FILE *picture_source(void) {
    FILE *source = tmpfile();
    require(source, "cannot make a temporary file: %s; make room in /tmp", strerror(errno));
    return source;
}

void picture_variable(FILE *source, const char *name, const char *text) {
    fprintf(source, "%s = '", name);
    for (; *text; text++)
        fprintf(source, *text == '\'' ? "''" : "%c", *text); /* a quote inside is doubled */
    fputs("'\n", source);
}

static pid_t start(const char *const arguments[], FILE *source, const char *package) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(source), STDIN_FILENO);
    pid_t child;
    int failure =
        posix_spawnp(&child, arguments[0], &actions, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    require(failure == 0, "%s: cannot be run: %s; install the package %s (make setup does)",
            arguments[0], strerror(failure), package);
    return child;
}

void picture_run(const char *const arguments[], FILE *source, const char *package) {
    require(fflush(source) == 0 && !ferror(source),
            "cannot write a temporary file: %s; make room in /tmp", strerror(errno));
    rewind(source);
    pid_t child = start(arguments, source, package);
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        require(errno == EINTR, "%s: lost sight of it: %s; try again", arguments[0],
                strerror(errno));
    fclose(source);
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
            "%s failed with status %d; its own message stands above", arguments[0],
            WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}
