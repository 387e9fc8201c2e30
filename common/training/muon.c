/* Matrix products are 1x1 convolutions over images of one pixel. */
#include "training/muon.h"

#include "base/integers.h"
#include "base/memory.h"
#include "kernels/conv2d/conv2d.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { ITERATIONS = 5 };

static const float LINEAR = 3.4445F, CUBIC = -4.7750F, QUINTIC = 2.0315F; /* Jordan 2024 */
static const float TINY = 1e-30F; /* keeps a gradient of zeros zero */

struct MuonWorkspace {
    float *step, *product;                     /* (rows, columns) */
    float *gram, *polynomial, *total, *square; /* (columns, columns) */
    void *convolution;                         /* for the convolutions */
};

static Conv2DShape product_shape(int rows, int inner, int columns) {
    return (Conv2DShape){.format = CHANNELS_LAST,
                         .batch = rows,
                         .in_height = 1,
                         .in_width = 1,
                         .channels = inner,
                         .out_height = 1,
                         .out_width = 1,
                         .filters = columns,
                         .kernel_size = 1,
                         .strides = 1};
}

MuonWorkspace *muon_workspace_new(int rows, int columns) {
    MuonWorkspace *workspace = memory_new(1, sizeof *workspace);
    size_t matrix = (size_t)rows * columns, square = (size_t)columns * columns;
    Conv2DShape tall = product_shape(rows, columns, columns);
    Conv2DShape small = product_shape(columns, columns, columns);
    int threads = omp_get_max_threads();
    workspace->step = memory_new(matrix, sizeof(float));
    workspace->product = memory_new(matrix, sizeof(float));
    workspace->gram = memory_new(square, sizeof(float));
    workspace->polynomial = memory_new(square, sizeof(float));
    workspace->total = memory_new(square, sizeof(float));
    workspace->square = memory_new(square, sizeof(float));
    workspace->convolution = memory_new(
        max_size(conv2d_workspace(&tall, threads), conv2d_workspace(&small, threads)), 1);
    return workspace;
}

void muon_workspace_free(MuonWorkspace *workspace) {
    if (!workspace)
        return;
    free(workspace->step);
    free(workspace->product);
    free(workspace->gram);
    free(workspace->polynomial);
    free(workspace->total);
    free(workspace->square);
    free(workspace->convolution);
    free(workspace);
}

static float length(size_t count, const float *values) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)values[i] * (double)values[i];
    return (float)sqrt(sum);
}

static void scale(size_t count, float factor, float *values) {
    for (size_t i = 0; i < count; i++)
        values[i] *= factor;
}

/* outputs (rows, columns) = left (rows, columns) right (columns, columns). */
static void multiply(int rows, int columns, const float *left, const float *right, float *outputs,
                     const MuonWorkspace *workspace) {
    Conv2DShape shape = product_shape(rows, columns, columns);
    conv2d_forward(&shape, (Conv2DForward){.inputs = left, .weights = right, .outputs = outputs},
                   workspace->convolution);
}

/* matrix (columns, columns) = matrix right, of the same size. */
static void multiply_into(int columns, float *matrix, const float *right,
                          const MuonWorkspace *workspace) {
    multiply(columns, columns, matrix, right, workspace->square, workspace);
    memcpy(matrix, workspace->square, (size_t)columns * columns * sizeof(float));
}

/* polynomial = 3.4445 I - 4.7750 A + 2.0315 A A, of A = gram. */
static void evaluate_polynomial(int columns, const MuonWorkspace *workspace) {
    const float *gram = workspace->gram;
    float *polynomial = workspace->polynomial;
    size_t count = (size_t)columns * columns;
    multiply(columns, columns, gram, gram, polynomial, workspace);
    for (size_t i = 0; i < count; i++)
        polynomial[i] = CUBIC * gram[i] + QUINTIC * polynomial[i];
    for (int i = 0; i < columns; i++)
        polynomial[(size_t)i * columns + i] += LINEAR;
}

/* An iteration is X = X Q with a polynomial Q of A = X' X, and makes A Q Q of A. So X itself, which
 * mostly has many more rows than columns, is needed at the beginning and at the end alone. */
void muon_orthogonalize(int rows, int columns, float *matrix, MuonWorkspace *workspace) {
    Conv2DShape shape = product_shape(rows, columns, columns);
    size_t count = (size_t)rows * columns, square = (size_t)columns * columns;
    scale(count, 1 / (length(count, matrix) + TINY), matrix);
    conv2d_backward_weights(&shape,
                            (Conv2DBackwardWeights){.inputs = matrix,
                                                    .d_outputs = matrix,
                                                    .d_weights = workspace->gram},
                            workspace->convolution);
    evaluate_polynomial(columns, workspace);
    memcpy(workspace->total, workspace->polynomial, square * sizeof(float));
    for (int i = 1; i < ITERATIONS; i++) {
        multiply_into(columns, workspace->gram, workspace->polynomial, workspace);
        multiply_into(columns, workspace->gram, workspace->polynomial, workspace);
        evaluate_polynomial(columns, workspace);
        multiply_into(columns, workspace->total, workspace->polynomial, workspace);
    }
    multiply(rows, columns, matrix, workspace->total, workspace->product, workspace);
    memcpy(matrix, workspace->product, count * sizeof(float));
}

void muon_step(int rows, int columns, SgdOptions options, const float *gradients, float *values,
               float *velocity, MuonWorkspace *workspace) {
    size_t count = (size_t)rows * columns;
    float *step = workspace->step;
    for (size_t i = 0; i < count; i++) {
        velocity[i] = options.momentum * velocity[i] + gradients[i];
        step[i] = options.nesterov ? gradients[i] + options.momentum * velocity[i] : velocity[i];
    }
    muon_orthogonalize(rows, columns, step, workspace);
    float size = sqrtf((float)min_int(rows, columns)) / (length(count, values) + TINY);
    for (size_t i = 0; i < count; i++)
        values[i] = size * values[i] - options.learning_rate * step[i];
}
