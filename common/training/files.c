#include "training/files.h"

#include "base/error.h"
#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const char trainer_log_file[] = "log.csv", trainer_curves_file[] = "curves.png",
           trainer_model_file[] = "model.safetensors",
           trainer_state_file[] = "training.safetensors",
           trainer_validation_file[] = "validation.csv", trainer_best_file[] = "best.safetensors";

const char *trainer_path(Arena *arena, const char *out, const char *file) {
    return arena_printf(arena, "%s/%s", out, file);
}

static const char *const files[] = {trainer_log_file,   trainer_curves_file,     trainer_model_file,
                                    trainer_state_file, trainer_validation_file, trainer_best_file};

enum { FILES = sizeof files / sizeof files[0] };

void trainer_check_out(const char *out) {
    Arena *arena = arena_new();
    output_make_directory(out);
    for (int i = 0; i < FILES; i++) {
        struct stat status;
        const char *path = trainer_path(arena, out, files[i]);
        require(stat(path, &status) != 0 || S_ISREG(status.st_mode),
                "%s: is in the way: not a regular file; move it or choose another directory", path);
    }
    arena_free(arena);
}

int trainer_lock(const char *out) {
    trainer_check_out(out);
    int lock = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool locked = lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
    require(locked || errno != EWOULDBLOCK,
            "%s: another training writes into this directory; wait for its end, or choose another "
            "directory",
            out);
    Arena *arena = arena_new();
    for (int i = 0; i < FILES; i++)
        output_remove_leftovers(trainer_path(arena, out, files[i]));
    arena_free(arena);
    return lock;
}

void trainer_unlock(int lock) {
    close(lock);
}
