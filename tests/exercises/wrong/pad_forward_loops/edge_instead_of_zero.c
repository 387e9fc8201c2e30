/* Diagnosis: the image's border is repeated into the padding; the padding is zeros. */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    int size[4]; /* of the outputs */
    for (int a = 0; a < 4; a++)
        size[a] = paddings[a][0] + shape[a] + paddings[a][1];

    for (int i = 0; i < size[0]; i++)
        for (int j = 0; j < size[1]; j++)
            for (int k = 0; k < size[2]; k++)
                for (int l = 0; l < size[3]; l++) {
                    int index[4] = {i, j, k, l};
                    size_t from = 0;
                    for (int a = 0; a < 4; a++) {
                        int at = index[a] - paddings[a][0];
                        at = at < 0 ? 0 : at >= shape[a] ? shape[a] - 1 : at;
                        from = from * shape[a] + at;
                    }
                    *outputs++ = inputs[from];
                }
}
