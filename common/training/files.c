#include "training/files.h"

#include "base/error.h"
#include "base/output_file.h"

#include <sys/stat.h>

const char trainer_log_file[] = "log.csv", trainer_curves_file[] = "curves.png",
           trainer_model_file[] = "model.safetensors",
           trainer_optimizer_file[] = "optimizer.safetensors",
           trainer_validation_file[] = "validation.csv", trainer_best_file[] = "best.safetensors";

const char *trainer_path(Arena *arena, const char *out, const char *file) {
    return arena_printf(arena, "%s/%s", out, file);
}

void trainer_check_out(const char *out) {
    const char *const files[] = {trainer_log_file,        trainer_curves_file,
                                 trainer_model_file,      trainer_optimizer_file,
                                 trainer_validation_file, trainer_best_file};
    Arena *arena = arena_new();
    output_make_directory(out);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct stat status;
        const char *path = trainer_path(arena, out, files[i]);
        require(stat(path, &status) != 0 || S_ISREG(status.st_mode),
                "%s: is in the way: not a regular file; move it or choose another directory", path);
    }
    arena_free(arena);
}
