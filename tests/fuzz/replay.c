/* Gives one file to a target, as anybody's compiler builds it: replay --target=NAME FILE. */
#include "target.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

int main(int count, char **arguments) {
    Target *target = target_chosen(count, arguments);
    const char *path = arguments[count - 1];
    FILE *stream = fopen(path, "rb");
    require(stream, "%s: cannot read the input; give one as the last argument", path);
    uint8_t *bytes = NULL;
    int length = 0;
    for (int byte = getc(stream); byte != EOF; byte = getc(stream)) {
        bytes = memory_grow(bytes, length, 1);
        bytes[length++] = (uint8_t)byte;
    }
    fclose(stream);
    target(bytes, (size_t)length);
    free(bytes);
    return EXIT_SUCCESS;
}
