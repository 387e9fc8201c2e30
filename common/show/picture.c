#include "show/picture.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

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

void picture_run(const char *const arguments[], const char *package) {
    extern char **environ;
    fflush(stdout);
    pid_t child;
    int failure = posix_spawnp(&child, arguments[0], NULL, NULL, (char *const *)arguments, environ);
    require(failure == 0, "%s: cannot be run: %s; install the package %s (make setup does)",
            arguments[0], strerror(failure), package);
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        require(errno == EINTR, "%s: cannot wait for it: %s; try again", arguments[0],
                strerror(errno));
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
            "%s failed with status %d; its own message stands above", arguments[0],
            WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}
