/* Exercise 08_training, part 9: all directions alike.
 *
 * Muon's step goes about equally far in all directions of a kernel: the singular values of the
 * matrix (rows, columns) become numbers near 1. Beginning with X = matrix / |matrix|, in which
 * |matrix| is the root of the sum of its squares, five times
 *     X = X Q,  Q = 3.4445 I - 4.7750 A + 2.0315 A A,  A = X' X.
 * X' is X with rows and columns exchanged; I has ones on its diagonal and zeros elsewhere.
 *
 * A kernel mostly has many more rows than columns, and A and Q are small squares. So save work: the
 * next A is A Q Q, because Q is made of A alone. Multiply all Q into a product, and X by this
 * product, once.
 *
 * Step by step:
 *   1. The length: make each value a double before it is squared, since a tiny float's square is 0,
 *      and sum in double. Add 1e-30 to the root, so that zeros stay zeros. Divide the matrix.
 *   2. gram, for A: matrix_gram() of training/matrix.h. The product begins as I.
 *   3. Five times: Q into polynomial; it begins as a copy of gram, and matrix_multiply() makes A A
 *      of it. Then product = product Q, and gram = gram Q Q.
 *   4. matrix = matrix product.
 * memory_new() gives zeros. */
#include "pieces/training.h"

#include "base/memory.h"
#include "training/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void orthogonalize(int rows, int columns, float *matrix) {
    size_t count = (size_t)rows * columns, square = (size_t)columns * columns;
    float *gram = memory_new(square, sizeof(float));
    float *polynomial = memory_new(square, sizeof(float));
    float *product = memory_new(square, sizeof(float));

    /* CODE HERE */
    (void)count, (void)matrix;
    free(gram);
    free(polynomial);
    free(product);
}
