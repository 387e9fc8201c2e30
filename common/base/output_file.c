/* Files that appear whole or not at all.
 *
 * Uncommitted outputs stand in a list; exit() removes their temporary files. A forked child
 * inherits the list but not the files: only the process that opened a file removes it. The list is
 * not locked: open and commit from one thread. */
#include "base/output_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

enum { BUFFER = 1 << 18 }; /* bytes: a checkpoint is written in a few calls */

#define TEMPORARY_END ".tmp"

struct OutputFile {
    OutputFile *next;
    Arena *arena; /* owns this and the paths */
    FILE *stream;
    pid_t owner;
    const char *path;
    const char *temporary_path;
};

static OutputFile *uncommitted;

static void remove_uncommitted(void) {
    for (OutputFile *file = uncommitted; file; file = file->next)
        if (file->owner == getpid())
            unlink(file->temporary_path);
}

OutputFile *output_open(const char *path) {
    struct stat status;
    require(stat(path, &status) != 0 || S_ISREG(status.st_mode),
            "%s: cannot write: it exists and is not a regular file; choose another name", path);
    static bool registered;
    if (!registered) {
        registered = atexit(remove_uncommitted) == 0;
        signal(SIGXFSZ, SIG_IGN); /* a limit on files' sizes is told as any other error */
    }

    Arena *arena = arena_new();
    OutputFile *file = arena_alloc(arena, sizeof *file);
    file->arena = arena;
    file->owner = getpid();
    file->path = arena_printf(arena, "%s", path);
    file->temporary_path = arena_printf(arena, "%s.%ld" TEMPORARY_END, path, (long)file->owner);
    file->stream = fopen(file->temporary_path, "wb");
    require(file->stream, "%s: cannot write: %s; choose a directory that exists and is writable",
            path, strerror(errno));
    setvbuf(file->stream, arena_alloc(arena, BUFFER), _IOFBF, BUFFER);
    file->next = uncommitted;
    uncommitted = file;
    return file;
}

FILE *output_stream(OutputFile *file) {
    return file->stream;
}

/* Takes the file out of the list and frees it. */
static void close_file(OutputFile *file) {
    OutputFile **link = &uncommitted;
    while (*link != file)
        link = &(*link)->next;
    *link = file->next;
    fclose(file->stream);
    arena_free(file->arena);
}

/* To be freed. */
static char *directory_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, (size_t)(slash - path + 1)) : strdup(".");
}

/* The rename is on the disk once the directory is. */
static bool sync_directory(const char *path) {
    char *directory = directory_of(path);
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = descriptor < 0 || fsync(descriptor) == 0 || errno == EINVAL;
    if (descriptor >= 0)
        close(descriptor);
    free(directory);
    return synced;
}

void output_commit(OutputFile *file) {
    errno = 0;
    /* Synced before it is renamed: after a power cut the old file or the new one is there. */
    bool written =
        fflush(file->stream) == 0 && !ferror(file->stream) && fsync(fileno(file->stream)) == 0;
    require(written, "%s: cannot write: %s; make room on the disk and try again", file->path,
            errno ? strerror(errno) : "an earlier write failed");
    require(rename(file->temporary_path, file->path) == 0,
            "%s: cannot move the finished file into place: %s; check the directory's permissions",
            file->path, strerror(errno));
    require(sync_directory(file->path), "%s: cannot sync its directory: %s; look after the disk",
            file->path, strerror(errno));
    close_file(file);
}

void output_discard(OutputFile *file) {
    unlink(file->temporary_path);
    close_file(file);
}

/* Whether it is the name of a temporary file of `file`. */
static bool is_temporary(const char *name, const char *file) {
    size_t length = strlen(file);
    if (strncmp(name, file, length) != 0 || name[length] != '.')
        return false;
    const char *number = name + length + 1;
    size_t digits = strspn(number, "0123456789");
    return digits > 0 && strcmp(number + digits, TEMPORARY_END) == 0;
}

void output_remove_leftovers(const char *path) {
    const char *slash = strrchr(path, '/');
    char *directory = directory_of(path);
    DIR *stream = opendir(directory);
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (is_temporary(entry->d_name, slash ? slash + 1 : path))
            unlinkat(dirfd(stream), entry->d_name, 0);
    if (stream)
        closedir(stream);
    free(directory);
}

void output_make_directory(const char *path) {
    require(*path, "the output directory's name is empty; name one");
    Arena *arena = arena_new();
    char *partial = arena_printf(arena, "%s", path);
    for (char *c = partial + 1;; c++) {
        if (*c != '/' && *c != '\0')
            continue;
        char separator = *c;
        *c = '\0';
        int reason = mkdir(partial, 0777) == 0 ? 0 : errno;
        require(reason == 0 || access(partial, F_OK) == 0,
                "%s: cannot make directory %s: %s; choose one below a writable directory", path,
                partial, strerror(reason));
        *c = separator;
        if (separator == '\0')
            break;
    }
    arena_free(arena);
    struct stat status;
    require(stat(path, &status) == 0 && S_ISDIR(status.st_mode),
            "%s: is a file, not a directory; choose another name", path);
    require(access(path, W_OK | X_OK) == 0,
            "%s: cannot write in this directory: %s; change its permissions or choose another",
            path, strerror(errno));
}
