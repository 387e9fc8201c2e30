/* Gradient descent on a line {w, b}, as a picture: the lines after each step, and the ways of three
 * learning rates down the landscape of the loss. */
#ifndef DESCENT_PICTURE_H
#define DESCENT_PICTURE_H

/* Begins at w = b = 0. Draws out/00_descent.png and says so on standard output. */
void descent_picture(const float *inputs, const float *targets, int count, const char *out);

#endif
