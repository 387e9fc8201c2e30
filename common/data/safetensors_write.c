/* Writes safetensors files; JSON is jansson's. */
#include "data/safetensors.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/output_file.h"

enum { LENGTH_BYTES = 8, DATA_ALIGNMENT = 8 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "safetensors data is little-endian");

static size_t tensor_bytes(const SafeTensor *tensor) {
    size_t bytes = sizeof(float);
    for (int i = 0; i < tensor->rank; i++)
        bytes *= (size_t)tensor->size[i];
    return bytes;
}

static void add_to_header(json_t *object, const char *path, const char *key, json_t *value) {
    require(!json_object_get(object, key), "%s: the name \"%s\" is given twice; choose another",
            path, key);
    require(json_object_set_new(object, key, value) == 0,
            "%s: the name or value of \"%s\" is not UTF-8 text; choose another", path, key);
}

static json_t *describe(const SafeTensor *tensor, size_t begin) {
    json_t *shape = json_array();
    for (int i = 0; i < tensor->rank; i++)
        json_array_append_new(shape, json_integer(tensor->size[i]));
    size_t end = begin + tensor_bytes(tensor);
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape, "data_offsets",
                     (json_int_t)begin, (json_int_t)end);
}

/* The header's text, padded with spaces. */
static char *make_header(const char *path, const SafeTensor *tensors, int count,
                         const char *const (*metadata)[2], int metadata_count) {
    json_t *header = json_object();
    json_t *map = json_object();
    add_to_header(map, path, SAFETENSORS_SUM, json_string("00000000"));
    for (int i = 0; i < metadata_count; i++)
        add_to_header(map, path, metadata[i][0], json_string(metadata[i][1]));
    add_to_header(header, path, "__metadata__", map);
    size_t offset = 0;
    for (int i = 0; i < count; i++) {
        add_to_header(header, path, tensors[i].name, describe(&tensors[i], offset));
        offset += tensor_bytes(&tensors[i]);
    }
    char *text = json_dumps(header, JSON_COMPACT);
    require(text, "%s: out of memory for the header of %d tensors; choose a smaller model", path,
            count);
    json_decref(header);
    size_t bytes = (strlen(text) + DATA_ALIGNMENT - 1) / DATA_ALIGNMENT * DATA_ALIGNMENT;
    char *padded = memory_new(bytes + 1, 1);
    snprintf(padded, bytes + 1, "%-*s", (int)bytes, text);
    free(text);
    return padded;
}

/* Writes the checksum of the whole file over the noughts that stand for it. */
static void seal(char *header, const SafeTensor *tensors, int count) {
    uint64_t header_bytes = strlen(header);
    uLong sum = crc32_z(0, (const Bytef *)&header_bytes, LENGTH_BYTES);
    sum = crc32_z(sum, (const Bytef *)header, header_bytes);
    for (int i = 0; i < count; i++)
        sum = crc32_z(sum, (const Bytef *)tensors[i].values, tensor_bytes(&tensors[i]));
    char digits[SAFETENSORS_SUM_DIGITS + 1];
    snprintf(digits, sizeof digits, SAFETENSORS_SUM_FORMAT, sum);
    memcpy(safetensors_sum_place(header), digits, SAFETENSORS_SUM_DIGITS);
}

void safetensors_write(const char *path, const SafeTensor *tensors, int count,
                       const char *const (*metadata)[2], int metadata_count) {
    char *header = make_header(path, tensors, count, metadata, metadata_count);
    uint64_t header_bytes = strlen(header);
    seal(header, tensors, count);
    OutputFile *file = output_open(path);
    FILE *stream = output_stream(file);
    fwrite(&header_bytes, LENGTH_BYTES, 1, stream);
    fwrite(header, 1, header_bytes, stream);
    for (int i = 0; i < count; i++)
        fwrite(tensors[i].values, 1, tensor_bytes(&tensors[i]), stream);
    output_commit(file); /* sees what could not be written */
    free(header);
}
