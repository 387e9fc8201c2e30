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
#include <zlib.h>

#include "base/error.h"
#include "base/memory.h"

enum { LENGTH_BYTES = 8, MAX_HEADER_BYTES = 100000000 }; /* the limit of the public library */

#define METADATA_KEY "__metadata__"
#define REMEDY "copy the file again or train again"

typedef struct Reader {
    const char *path;
    FILE *stream;
    uint64_t data_bytes;
    uLong sum; /* of what was read so far, with noughts for the checksum's digits */
    char digits[SAFETENSORS_SUM_DIGITS + 1]; /* of the checksum; "" if there is none */
} Reader;

/* Where a tensor's bytes lie. */
typedef struct Span {
    const char *name;
    json_int_t begin, end;
} Span;

static const struct {
    const char *name;
    int bytes; /* of one number */
} dtypes[] = {
    {"F32", 4}, {"F64", 8}, {"F16", 2},  {"BF16", 2},    {"I64", 8},
    {"I32", 4}, {"I16", 2}, {"I8", 1},   {"U64", 8},     {"U32", 4},
    {"U16", 2}, {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1},
};

static void read_bytes(Reader *reader, void *bytes, size_t count) {
    require(fread(bytes, 1, count, reader->stream) == count, "%s: cannot read: %s; %s",
            reader->path, ferror(reader->stream) ? strerror(errno) : "it became shorter", REMEDY);
}

char *safetensors_sum_place(char *header) {
    static const char key[] = "\"" SAFETENSORS_SUM "\":\"";
    char *found = strstr(header, key);
    return found ? found + strlen(key) : NULL;
}

static void add_to_sum(Reader *reader, const void *bytes, size_t count) {
    reader->sum = crc32_z(reader->sum, bytes, count);
}

/* Adds the header to the sum, and keeps the digits of the checksum. */
static void add_header_to_sum(Reader *reader, char *text, size_t bytes) {
    char *digits = safetensors_sum_place(text);
    if (digits && strlen(digits) >= SAFETENSORS_SUM_DIGITS) {
        memcpy(reader->digits, digits, SAFETENSORS_SUM_DIGITS);
        memset(digits, '0', SAFETENSORS_SUM_DIGITS);
    }
    add_to_sum(reader, text, bytes);
    if (*reader->digits)
        memcpy(digits, reader->digits, SAFETENSORS_SUM_DIGITS);
}

static void check_sum(const Reader *reader) {
    char found[SAFETENSORS_SUM_DIGITS + 1];
    snprintf(found, sizeof found, SAFETENSORS_SUM_FORMAT, reader->sum);
    require(!*reader->digits || strcmp(reader->digits, found) == 0,
            "%s: is damaged: its checksum is %s, but should be %s; %s", reader->path, found,
            reader->digits, REMEDY);
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
    add_to_sum(reader, &header_bytes, LENGTH_BYTES);
    require(
        header_bytes <= file_bytes - LENGTH_BYTES && header_bytes <= MAX_HEADER_BYTES,
        "%s: promises a header of %llu bytes, but has %llu in all: cut off, or not safetensors; "
        "%s",
        reader->path, (unsigned long long)header_bytes, (unsigned long long)file_bytes, REMEDY);
    reader->data_bytes = file_bytes - LENGTH_BYTES - header_bytes;
    char *text = memory_new(header_bytes + 1, 1);
    read_bytes(reader, text, header_bytes);
    add_header_to_sum(reader, text, header_bytes);
    json_error_t error;
    json_t *header = json_loadb(text, header_bytes, JSON_REJECT_DUPLICATES, &error);
    require(header, "%s: the header is not valid JSON from byte %d on; %s", reader->path,
            error.position, REMEDY);
    require(json_is_object(header), "%s: the header is not a JSON object; %s", reader->path,
            REMEDY);
    const json_t *metadata = json_object_get(header, METADATA_KEY);
    require(*reader->digits || !json_object_get(metadata, SAFETENSORS_SUM),
            "%s: its checksum \"" SAFETENSORS_SUM "\" is not written as here, without blanks; "
            "remove it from the metadata, or train again",
            reader->path);
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

/* Reads the dtype; returns how many bytes a number has. */
static int parse_dtype(const char *path, SafeTensor *tensor, const json_t *dtype) {
    tensor->dtype = json_string_value(dtype);
    for (size_t i = 0; tensor->dtype && i < sizeof dtypes / sizeof dtypes[0]; i++)
        if (strcmp(dtypes[i].name, tensor->dtype) == 0)
            return dtypes[i].bytes;
    die("%s: tensor \"%s\" has dtype %s, which is unknown here; convert the file to F32", path,
        tensor->name, tensor->dtype ? tensor->dtype : "(none)");
}

/* Reads the shape; returns how many bytes its numbers need. */
static long long parse_shape(const char *path, SafeTensor *tensor, const json_t *shape,
                             int bytes_each) {
    require(json_is_array(shape), "%s: tensor \"%s\" has no shape; %s", path, tensor->name, REMEDY);
    size_t rank = json_array_size(shape);
    require(rank <= SAFETENSORS_MAX_RANK,
            "%s: tensor \"%s\" has %zu dimensions, but at most %d are read here; %s", path,
            tensor->name, rank, SAFETENSORS_MAX_RANK, REMEDY);
    tensor->rank = (int)rank;
    long long bytes = bytes_each;
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

static Span parse_span(const Reader *reader, const char *name, const json_t *entry,
                       long long bytes) {
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
    return (Span){name, begin, end};
}

static SafeTensor parse_tensor(const Reader *reader, const char *name, const json_t *entry,
                               float *values, Span *span) {
    SafeTensor tensor = {.name = name};
    int bytes_each = parse_dtype(reader->path, &tensor, json_object_get(entry, "dtype"));
    long long bytes =
        parse_shape(reader->path, &tensor, json_object_get(entry, "shape"), bytes_each);
    *span = parse_span(reader, name, entry, bytes);
    if (strcmp(tensor.dtype, "F32") != 0)
        return tensor;
    require(span->begin % (json_int_t)sizeof(float) == 0,
            "%s: tensor \"%s\" begins within a number; %s", reader->path, name, REMEDY);
    tensor.values = values + span->begin / (json_int_t)sizeof(float);
    return tensor;
}

static int compare_places(const void *left, const void *right) {
    const Span *a = left, *b = right;
    return (a->begin > b->begin) - (a->begin < b->begin);
}

/* Checks that the spans, in the data's order, follow each other from the first byte to the last. */
static void check_coverage(const Reader *reader, Span *spans, int count) {
    qsort(spans, (size_t)count, sizeof *spans, compare_places);
    json_int_t covered = 0;
    for (int i = 0; i < count; i++) {
        if (spans[i].begin == spans[i].end)
            continue;
        require(spans[i].begin == covered,
                "%s: tensor \"%s\" overlaps its neighbour or leaves a hole; %s", reader->path,
                spans[i].name, REMEDY);
        covered = spans[i].end;
    }
    require((uint64_t)covered == reader->data_bytes,
            "%s: holds %llu bytes of data, but the header describes %llu; %s", reader->path,
            (unsigned long long)reader->data_bytes, (unsigned long long)covered, REMEDY);
}

static void parse_entries(const Reader *reader, SafeTensors *file) {
    Span *spans = memory_new(json_object_size(file->header), sizeof *spans);
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(file->header, key, value) {
        if (strcmp(key, METADATA_KEY) == 0) {
            check_metadata(reader->path, value);
            continue;
        }
        Span *span = &spans[file->count];
        file->tensors[file->count++] = parse_tensor(reader, key, value, file->values, span);
    }
    check_coverage(reader, spans, file->count);
    free(spans);
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
    add_to_sum(&reader, file->values, reader.data_bytes);
    check_sum(&reader);
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
