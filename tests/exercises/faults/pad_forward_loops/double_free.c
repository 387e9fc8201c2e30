/* Expect: crashed: free(): double free */
#include "pieces/loops.h"

#include <stdlib.h>

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    (void)inputs, (void)shape, (void)paddings, (void)outputs;
    float *volatile copy = malloc(sizeof(float));
    free(copy);
    free(copy);
}
