/* The benchmark's worker (tests/bench/step.h) as a program of its own, for a page. */
#include "bench/step.h"

int main(int count, char **arguments) {
    return step_main(count, arguments);
}
