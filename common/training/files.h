/* The files that a training leaves in its directory. */
#ifndef TRAINING_FILES_H
#define TRAINING_FILES_H

#include "base/memory.h"

/* The files' names. The last two exist only with a validation set. */
extern const char trainer_log_file[], trainer_curves_file[], trainer_model_file[],
    trainer_state_file[], trainer_validation_file[], trainer_best_file[];

/* Makes the directory; ends the program unless the trainer's files can be written there. */
void trainer_check_out(const char *out);

/* trainer_check_out(), and locks the directory for one training, until trainer_unlock() or the
 * process's end, however that comes; then removes what killed writers left there. Ends the program
 * if another training has the lock. File systems that cannot lock are used without. */
int trainer_lock(const char *out);
void trainer_unlock(int lock);

/* The path of one of the trainer's files, from the arena. */
const char *trainer_path(Arena *arena, const char *out, const char *file);

#endif
