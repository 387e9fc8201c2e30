/* Exercise 15_backpropagation, part 5: the checker.
 *
 * Is function->backward the gradient of function->forward? Compare it with numeric_gradient() of
 * part 4, and say by how much they differ, in one number.
 *
 * Step by step:
 *   1. Draw random d_outputs: Random random = random_stream(seed, 0), then random_normal(&random)
 *      for each. All ones would not do: many a wrong gradient looks right with them.
 *   2. The gradient by function->backward, and the numeric one.
 *   3. The largest of all |backward's - numeric|, and the largest of all |backward's| and
 *      |numeric|. If you meet a value that is not finite (isfinite() of math.h), the result is
 *      INFINITY.
 *   4. Return the first over the second: a difference of 0.001 is much where gradients are 0.002,
 *      and nothing where they are 1000. If both gradients are 0 everywhere, return 0.
 *   5. Free what you made, on every way out. */
#include "pieces/gradient_check.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>

static double relative_error(size_t count, const float *analytic, const double *numeric) {
    double difference = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        double a = (double)analytic[i], n = numeric[i];
        if (!isfinite(a) || !isfinite(n))
            return INFINITY;
        difference = fmax(difference, fabs(a - n));
        largest = fmax(largest, fmax(fabs(a), fabs(n)));
    }
    return largest > 0 ? difference / largest : 0;
}

double check_gradient(const Differentiable *function, const float *inputs, float epsilon,
                      uint64_t seed) {
    /* stub: (void)function, (void)inputs, (void)epsilon, (void)seed; return 0; */
    float *d_outputs = memory_new(function->num_outputs, sizeof *d_outputs);
    float *analytic = memory_new(function->num_inputs, sizeof *analytic);
    double *numeric = memory_new(function->num_inputs, sizeof *numeric);
    Random random = random_stream(seed, 0);
    for (size_t j = 0; j < function->num_outputs; j++)
        d_outputs[j] = random_normal(&random);
    function->backward(function->context, inputs, d_outputs, analytic);
    numeric_gradient(function, inputs, d_outputs, epsilon, numeric);
    double error = relative_error(function->num_inputs, analytic, numeric);
    free(d_outputs);
    free(analytic);
    free(numeric);
    return error;
}
