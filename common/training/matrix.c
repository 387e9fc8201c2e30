/* A product of matrices is a 1x1 convolution; a Gram matrix is its gradient by the kernel. */
#include "training/matrix.h"

#include "base/memory.h"
#include "kernels/conv2d/conv2d.h"

#include <omp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* For the threads that a product has: one, where each thread has a matrix of its own. */
static void *new_workspace(const Conv2DShape *shape) {
    bool is_shared = omp_get_active_level() < omp_get_max_active_levels();
    return memory_new(conv2d_workspace(shape, is_shared ? omp_get_max_threads() : 1), 1);
}

void matrix_gram(int rows, int columns, const float *matrix, float *gram) {
    Conv2DShape shape = conv2d_matrix_shape(rows, columns, columns);
    void *workspace = new_workspace(&shape);
    Conv2DBackwardWeights arrays = {.inputs = matrix, .d_outputs = matrix, .d_weights = gram};
    conv2d_backward_weights(&shape, arrays, workspace);
    free(workspace);
}

void matrix_multiply(int rows, int columns, float *matrix, const float *right) {
    Conv2DShape shape = conv2d_matrix_shape(rows, columns, columns);
    size_t count = (size_t)rows * columns;
    void *workspace = new_workspace(&shape);
    float *product = memory_new(count, sizeof(float));
    Conv2DForward arrays = {.inputs = matrix, .weights = right, .outputs = product};
    conv2d_forward(&shape, arrays, workspace);
    memcpy(matrix, product, count * sizeof(float));
    free(product);
    free(workspace);
}
