/* Named float arrays in the public safetensors format, for checkpoints that other programs read.
 *
 * Layout: the header's length (8 bytes, little-endian); the header, a JSON object that gives each
 * name its "dtype", "shape" and "data_offsets" [begin, end) counted from the header's end, and
 * under "__metadata__" a map from strings to strings; then the data. The tensors cover the data
 * without overlap or hole. Written files pad the header with spaces, so that the data starts at a
 * multiple of 8 bytes. Their metadata begin with "crc32": eight hexadecimal digits, the CRC-32 of
 * the whole file with noughts in the digits' place; where a file that is read has one, it must be
 * right. F32 is what is written and what values are given of; a file that is read may hold tensors
 * of other dtypes beside it (published weights have I64 counters). 4 dimensions at most. */
#ifndef DATA_SAFETENSORS_H
#define DATA_SAFETENSORS_H

enum { SAFETENSORS_MAX_RANK = 4, SAFETENSORS_SUM_DIGITS = 8 };

#define SAFETENSORS_SUM "crc32"
#define SAFETENSORS_SUM_FORMAT "%08lx"

typedef struct SafeTensor {
    const char *name;
    int rank;
    int size[SAFETENSORS_MAX_RANK]; /* beyond the rank ignored */
    float *values;                  /* read: NULL unless the dtype is F32 */
    const char *dtype;              /* read: "F32", "F16", "I64", ...; ignored when written: F32 */
} SafeTensor;

/* Writes the tensors in the order given; metadata are (key, value) pairs. Ends the program on a
 * name given twice or a file that cannot be written. */
void safetensors_write(const char *path, const SafeTensor *tensors, int count,
                       const char *const (*metadata)[2], int metadata_count);

typedef struct SafeTensors {
    int count;
    SafeTensor *tensors; /* in the header's order */
    float *values;       /* all the data; the tensors point into it */
    struct json_t *header;
} SafeTensors;

/* Reads a whole file; ends the program unless it is exactly as described above. Whether it had a
 * checksum, safetensors_metadata(file, SAFETENSORS_SUM) tells. */
SafeTensors *safetensors_read(const char *path);

/* The tensor of that name, or NULL. */
const SafeTensor *safetensors_find(const SafeTensors *file, const char *name);

/* The metadata's value for the key, or NULL. */
const char *safetensors_metadata(const SafeTensors *file, const char *key);

void safetensors_free(SafeTensors *file);

/* Where the digits of the checksum stand in a header's text; NULL if it has none. In JSON, a quote
 * within a text has a backslash before it, so what is found is the key. */
char *safetensors_sum_place(char *header);

#endif
