/* IDX files, the format of MNIST and its successors, gzipped or plain.
 *
 * Layout: two zero bytes, a type byte (0x08: unsigned byte), the rank, then one big-endian 32-bit
 * size a dimension, then the values in row-major order (LeCun et al., the MNIST database, 1998). */
#ifndef DATA_IDX_H
#define DATA_IDX_H

enum { IDX_MAX_RANK = 4 };

typedef struct IdxArray {
    int rank;
    int size[IDX_MAX_RANK]; /* each at least 1; beyond the rank 0 */
    unsigned char *values;
} IdxArray;

/* Reads the whole file. Ends the program if it is missing, damaged, of another type, or not exactly
 * as long as its header says. */
IdxArray idx_read(const char *path);

void idx_free(IdxArray *array);

#endif
