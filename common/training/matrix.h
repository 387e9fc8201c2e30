/* Products of matrices, for Muon. */
#ifndef TRAINING_MATRIX_H
#define TRAINING_MATRIX_H

/* gram (columns, columns) = matrix' matrix, of matrix (rows, columns). */
void matrix_gram(int rows, int columns, const float *matrix, float *gram);

/* matrix = matrix right, of matrix (rows, columns) and right (columns, columns). */
void matrix_multiply(int rows, int columns, float *matrix, const float *right);

#endif
