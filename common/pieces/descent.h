/* The pieces of plain gradient descent. The program that links the library supplies them, as it
 * supplies main(). Every output is written; what the arrays held before does not matter. */
#ifndef PIECES_DESCENT_H
#define PIECES_DESCENT_H

#include <stddef.h>

/* The gradient of the mean squared error of a line {w, b} over `count` examples, count >= 1. With
 *     error(i) = w * inputs(i) + b - targets(i) and loss = 1/count * sum of error(i)^2:
 *     gradient[0] = d loss / d w = 2/count * sum of error(i) * inputs(i),
 *     gradient[1] = d loss / d b = 2/count * sum of error(i). */
void line_gradient(const float line[2], int count, const float *inputs, const float *targets,
                   float gradient[2]);

/* One step downhill, in place: values(i) -= learning_rate * gradients(i). */
void gradient_descent_step(size_t count, float learning_rate, const float *gradients,
                           float *values);

#endif
