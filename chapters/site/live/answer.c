#include "answer.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>

void answer(json_t *object) {
    char *text = json_dumps(object, JSON_COMPACT);
    require(text, "an answer that is no JSON: a name or a number in it is damaged; start again");
    puts(text);
    fflush(stdout);
    free(text);
    json_decref(object);
}
