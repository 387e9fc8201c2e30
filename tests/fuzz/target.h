/* What a fuzzer feeds with bytes. A target hands them to a part of the library, which may take them
 * or end the program with a message. All else is a finding: a crash, a sanitizer's report, a leak,
 * memory or time without bounds, a failed assertion. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

typedef void Target(const uint8_t *bytes, size_t count);

/* Of readers.c, command_lines.c and networks.c; targets.c has them in a table. */
Target fuzz_idx, fuzz_idx_dataset, fuzz_cifar10, fuzz_safetensors, fuzz_checkpoint, fuzz_state,
    fuzz_weights, fuzz_class_names, fuzz_csv, fuzz_image, fuzz_photo, fuzz_records,
    fuzz_command_line, fuzz_network, fuzz_convolution;

/* The target that --target=NAME among the arguments asks for. Ends the program if there is none. */
Target *target_chosen(int count, char **arguments);

/* Inputs of several parts: takes the bytes up to a line "%%" off *bytes; all that is left if there
 * is none. */
typedef struct Part {
    const uint8_t *bytes;
    size_t count;
} Part;
Part part_take(Part *input);

/* The next byte; 0 at the end. */
int byte_take(Part *input);

/* Writes a file of this name into a folder of the program's own, which is removed at its end.
 * Returns the path, valid until the next call. */
const char *input_file(const char *name, Part part);
const char *input_folder(void);

#endif
