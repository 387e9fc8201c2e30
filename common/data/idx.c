/* Reads IDX files through zlib, whose gzread also passes plain files through.
 *
 * The header is not believed before it is checked against the file's own size, so that a damaged
 * file of a few bytes cannot ask for gigabytes. */
#include "data/idx.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/error.h"
#include "base/memory.h"

enum {
    TYPE_UNSIGNED_BYTE = 0x08,
    MAX_DEFLATE_RATIO = 1032, /* the most that one packed byte can unpack to */
    BUFFER_BYTES = 1 << 17,
};

#define REMEDY "fetch the file again (make setup does)"

typedef struct Source {
    const char *path;
    gzFile stream;
    long long packed_bytes;
} Source;

static Source source_open(const char *path) {
    struct stat status;
    require(stat(path, &status) == 0, "%s: cannot read: %s; %s", path, strerror(errno), REMEDY);
    require(S_ISREG(status.st_mode), "%s: is not a regular file; %s", path, REMEDY);
    gzFile stream = gzopen(path, "rb");
    require(stream, "%s: cannot read: %s; check its permissions", path, strerror(errno));
    gzbuffer(stream, BUFFER_BYTES);
    return (Source){path, stream, status.st_size};
}

/* Reads up to count bytes, fewer only at the end of the file. */
static int source_read(Source *source, unsigned char *bytes, int count) {
    int got = gzread(source->stream, bytes, (unsigned)count);
    int code = Z_OK;
    gzerror(source->stream, &code);
    require(code != Z_BUF_ERROR, "%s: the gzip data is cut off; %s", source->path, REMEDY);
    require(code != Z_ERRNO, "%s: cannot read: %s; %s", source->path, strerror(errno), REMEDY);
    require(got >= 0 && code >= Z_OK, "%s: the gzip data is corrupt; %s", source->path, REMEDY);
    return got;
}

static void read_header(Source *source, unsigned char *bytes, int count) {
    require(source_read(source, bytes, count) == count, "%s: ends within its IDX header; %s",
            source->path, REMEDY);
}

static int read_rank(Source *source) {
    unsigned char magic[4];
    read_header(source, magic, sizeof magic);
    require(magic[0] == 0 && magic[1] == 0,
            "%s: is not an IDX file: it starts with bytes %02x %02x, not 00 00; %s", source->path,
            magic[0], magic[1], REMEDY);
    require(magic[2] == TYPE_UNSIGNED_BYTE,
            "%s: has IDX type 0x%02x, but only 0x08 (unsigned bytes) is read here; %s",
            source->path, magic[2], REMEDY);
    require(magic[3] >= 1 && magic[3] <= IDX_MAX_RANK,
            "%s: has %d dimensions, but 1 to %d are read here; %s", source->path, magic[3],
            IDX_MAX_RANK, REMEDY);
    return magic[3];
}

/* Reads the sizes into array; returns their product, the number of values. */
static int read_sizes(Source *source, IdxArray *array) {
    long long total = 1;
    for (int i = 0; i < array->rank; i++) {
        unsigned char b[4];
        read_header(source, b, sizeof b);
        long long size = (long long)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
        require(size >= 1, "%s: dimension %d has size 0; %s", source->path, i, REMEDY);
        require(size <= INT_MAX / total,
                "%s: the header promises more than 2 GiB of values, too many to be true; %s",
                source->path, REMEDY);
        array->size[i] = (int)size;
        total *= size;
    }
    require(total <= source->packed_bytes * MAX_DEFLATE_RATIO,
            "%s: the header promises %lld values, but a file of %lld bytes cannot hold them; %s",
            source->path, total, source->packed_bytes, REMEDY);
    return (int)total;
}

IdxArray idx_read(const char *path) {
    Source source = source_open(path);
    IdxArray array = {.rank = read_rank(&source)};
    int total = read_sizes(&source, &array);
    array.values = memory_new((size_t)total, 1);
    int got = source_read(&source, array.values, total);
    require(got == total, "%s: the header promises %d values, but only %d follow; %s", path, total,
            got, REMEDY);
    unsigned char beyond; /* reading on to the end also makes zlib compare the checksum */
    require(source_read(&source, &beyond, 1) == 0,
            "%s: more bytes follow than the %d that the header promises; %s", path, total, REMEDY);
    gzclose(source.stream);
    return array;
}

void idx_free(IdxArray *array) {
    free(array->values);
    *array = (IdxArray){0};
}
