/* Reads safetensors files; JSON is jansson's.
 *
 * The reader trusts nothing: every length is compared with the file's size before memory is taken
 * or a pointer is made. */
#include "data/safetensors.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"

enum { LENGTH_BYTES = 8, MAX_HEADER_BYTES = 100000000 }; /* the limit of the public library */

#define METADATA_KEY "__metadata__"
#define REMEDY "copy the file again or train again"

typedef struct Reader {
    const char *path;
    FILE *stream;
    uint64_t data_bytes;
} Reader;

static void read_bytes(Reader *reader, void *bytes, size_t count) {
    require(fread(bytes, 1, count, reader->stream) == count, "%s: cannot read: %s; %s",
            reader->path, ferror(reader->stream) ? strerror(errno) : "it became shorter", REMEDY);
}

/* Reads and parses the JSON; leaves the stream at the data and their size in the reader. */
static json_t *read_header(Reader *reader) {
    struct stat status;
    require(fstat(fileno(reader->stream), &status) == 0 && S_ISREG(status.st_mode),
            "%s: is not a regular file; name a .safetensors file", reader->path);
    uint64_t file_bytes = (uint64_t)status.st_size, header_bytes = 0;
    require(file_bytes >= LENGTH_BYTES, "%s: has only %llu bytes, too few for safetensors; %s",
            reader->path, (unsigned long long)file_bytes, REMEDY);
    read_bytes(reader, &header_bytes, LENGTH_BYTES);
    require(
        header_bytes <= file_bytes - LENGTH_BYTES && header_bytes <= MAX_HEADER_BYTES,
        "%s: promises a header of %llu bytes, but has %llu in all: cut off, or not safetensors; "
        "%s",
        reader->path, (unsigned long long)header_bytes, (unsigned long long)file_bytes, REMEDY);
    reader->data_bytes = file_bytes - LENGTH_BYTES - header_bytes;
    char *text = memory_new(header_bytes + 1, 1);
    read_bytes(reader, text, header_bytes);
    json_error_t error;
    json_t *header = json_loadb(text, header_bytes, JSON_REJECT_DUPLICATES, &error);
    require(header, "%s: the header is not valid JSON from byte %d on; %s", reader->path,
            error.position, REMEDY);
    require(json_is_object(header), "%s: the header is not a JSON object; %s", reader->path,
            REMEDY);
    free(text);
    return header;
}

static void check_metadata(const char *path, json_t *metadata) {
    const char *key = NULL;
    json_t *value = NULL;
    require(json_is_object(metadata), "%s: %s is not an object; %s", path, METADATA_KEY, REMEDY);
    json_object_foreach(metadata, key, value) require(
        json_is_string(value), "%s: the metadata's \"%s\" is not a string; %s", path, key, REMEDY);
}

/* Reads the shape; returns how many bytes it needs. */
static long long parse_shape(const char *path, SafeTensor *tensor, const json_t *shape) {
    require(json_is_array(shape), "%s: tensor \"%s\" has no shape; %s", path, tensor->name, REMEDY);
    size_t rank = json_array_size(shape);
    require(rank <= SAFETENSORS_MAX_RANK,
            "%s: tensor \"%s\" has %zu dimensions, but at most %d are read here; %s", path,
            tensor->name, rank, SAFETENSORS_MAX_RANK, REMEDY);
    tensor->rank = (int)rank;
    long long bytes = sizeof(float);
    for (size_t i = 0; i < rank; i++) {
        const json_t *size = json_array_get(shape, i);
        json_int_t value = json_integer_value(size);
        require(json_is_integer(size) && value >= 0 && value <= INT_MAX &&
                    !__builtin_mul_overflow(bytes, value, &bytes),
                "%s: tensor \"%s\" has an impossible shape; %s", path, tensor->name, REMEDY);
        tensor->size[i] = (int)value;
    }
    return bytes;
}

static SafeTensor parse_tensor(const Reader *reader, const char *name, const json_t *entry,
                               float *values) {
    SafeTensor tensor = {.name = name};
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));
    require(dtype && strcmp(dtype, "F32") == 0,
            "%s: tensor \"%s\" has dtype %s, but only F32 is read here; convert the file to F32",
            reader->path, name, dtype ? dtype : "(none)");
    long long bytes = parse_shape(reader->path, &tensor, json_object_get(entry, "shape"));
    const json_t *offsets = json_object_get(entry, "data_offsets");
    const json_t *first = json_array_get(offsets, 0), *last = json_array_get(offsets, 1);
    require(json_array_size(offsets) == 2 && json_is_integer(first) && json_is_integer(last),
            "%s: tensor \"%s\" has no data_offsets; %s", reader->path, name, REMEDY);
    json_int_t begin = json_integer_value(first), end = json_integer_value(last);
    require(0 <= begin && begin <= end && (uint64_t)end <= reader->data_bytes,
            "%s: tensor \"%s\" lies at bytes %lld to %lld, but the file holds %llu; %s",
            reader->path, name, begin, end, (unsigned long long)reader->data_bytes, REMEDY);
    require(end - begin == bytes, "%s: tensor \"%s\" has %lld bytes, but its shape needs %lld; %s",
            reader->path, name, end - begin, bytes, REMEDY);
    require(begin % (json_int_t)sizeof(float) == 0, "%s: tensor \"%s\" begins within a number; %s",
            reader->path, name, REMEDY);
    tensor.values = values + begin / (json_int_t)sizeof(float);
    return tensor;
}

static int compare_places(const void *left, const void *right) {
    const SafeTensor *a = left, *b = right;
    return (a->values > b->values) - (a->values < b->values);
}

/* Checks that the tensors, in the data's order, follow each other from the first byte to the last.
 */
static void check_coverage(const Reader *reader, const SafeTensors *file) {
    SafeTensor *sorted = memory_new((size_t)file->count, sizeof *sorted);
    memcpy(sorted, file->tensors, (size_t)file->count * sizeof *sorted);
    qsort(sorted, (size_t)file->count, sizeof *sorted, compare_places);
    const float *next = file->values;
    for (int i = 0; i < file->count; i++) {
        size_t values = 1;
        for (int d = 0; d < sorted[i].rank; d++)
            values *= (size_t)sorted[i].size[d];
        require(values == 0 || sorted[i].values == next,
                "%s: tensor \"%s\" overlaps its neighbour or leaves a hole; %s", reader->path,
                sorted[i].name, REMEDY);
        next += values;
    }
    uint64_t covered = (uint64_t)(next - file->values) * sizeof(float);
    require(covered == reader->data_bytes,
            "%s: holds %llu bytes of data, but the header describes %llu; %s", reader->path,
            (unsigned long long)reader->data_bytes, (unsigned long long)covered, REMEDY);
    free(sorted);
}

static void parse_entries(const Reader *reader, SafeTensors *file) {
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(file->header, key, value) {
        if (strcmp(key, METADATA_KEY) == 0)
            check_metadata(reader->path, value);
        else
            file->tensors[file->count++] = parse_tensor(reader, key, value, file->values);
    }
    check_coverage(reader, file);
}

SafeTensors *safetensors_read(const char *path) {
    Reader reader = {.path = path, .stream = fopen(path, "rb")};
    require(reader.stream, "%s: cannot read: %s; name a .safetensors file", path, strerror(errno));
    SafeTensors *file = memory_new(1, sizeof *file);
    file->header = read_header(&reader);
    file->tensors = memory_new(json_object_size(file->header), sizeof *file->tensors);
    file->values = memory_new(reader.data_bytes, 1);
    read_bytes(&reader, file->values, reader.data_bytes);
    fclose(reader.stream);
    parse_entries(&reader, file);
    return file;
}

const SafeTensor *safetensors_find(const SafeTensors *file, const char *name) {
    for (int i = 0; i < file->count; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

const char *safetensors_metadata(const SafeTensors *file, const char *key) {
    return json_string_value(json_object_get(json_object_get(file->header, METADATA_KEY), key));
}

void safetensors_free(SafeTensors *file) {
    if (!file)
        return;
    json_decref(file->header);
    free(file->tensors);
    free(file->values);
    free(file);
}
