/* A bug of stb's is met by whoever can choose the file: so a child process decodes, and what it
 * says is checked. */
#include "data/image_reader.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stb_image.h>

#include "base/contained.h"
#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "data/image_header.h"

enum { REASON_BYTES = 64 };

/* A child decodes so many files, or fewer if they are large. */
enum { BATCH_FILES = 256, BATCH_SIZE = 1 << 25, LONGEST_FILE = 1 << 30 };

/* What decoding may take; the size is that of the files and their pixels. stb's buffers grow by
 * doubling, and hold up to 8 bytes of a pixel. */
enum { LEAST_SECONDS = 10, SIZE_A_SECOND = 1000 * 1000 };
static const size_t LEAST_MEMORY = 256 << 20, MEMORY_BY_SIZE = 32;

static size_t count_pixels(const Image *image) {
    return (size_t)image->height * image->width;
}

_Noreturn static void refuse(const char *path, const char *reason) {
    die("%s: cannot be read as an image (%s); name a PNG or JPEG file", path, reason);
}

/* Opens an image and reads its header. */
static FILE *open_image(const char *path, Image *promised) {
    FILE *stream = fopen(path, "rb");
    require(stream, "%s: cannot read: %s; name a PNG or JPEG file", path, strerror(errno));
    ImageHeader header;
    const char *reason = image_header_read(stream, &header);
    if (reason)
        refuse(path, reason);
    *promised = (Image){header.height, header.width, header.channels, NULL};
    if (count_pixels(promised) == 0)
        refuse(path, "it has no pixels");
    require(count_pixels(promised) <= IMAGE_MOST_PIXELS,
            "%s: cannot be read as an image: it promises %d x %d pixels, and %d million are the "
            "most that are read; name a smaller one",
            path, header.width, header.height, IMAGE_MOST_PIXELS / 1000000);
    return stream;
}

Image image_read_header(const char *path) {
    Image image;
    fclose(open_image(path, &image));
    return image;
}

/* A file to be decoded. */
typedef struct Encoded {
    const char *path;
    Image promised;
    unsigned char *bytes;
    size_t count;
} Encoded;

typedef struct Batch {
    Encoded files[BATCH_FILES];
    int count, channels; /* channels wanted, 0: as the file has them */
    size_t size;         /* bytes and promised pixels in all, */
    size_t largest;      /* and of one file */
} Batch;

/* What the child answers for each file; the pixels follow if there are channels. */
typedef struct Reply {
    int channels;
    char reason[REASON_BYTES];
} Reply;

static Encoded encoded_new(const char *path) {
    Encoded file = {.path = path};
    FILE *stream = open_image(path, &file.promised);
    long end = fseek(stream, 0, SEEK_END) == 0 ? ftell(stream) : -1;
    rewind(stream);
    if (end < 0 || end > LONGEST_FILE)
        refuse(path, "it is no regular file, or one of more than a gigabyte");
    file.bytes = memory_new((size_t)end, 1);
    file.count = fread(file.bytes, 1, (size_t)end, stream);
    fclose(stream);
    return file;
}

/* In the child. */
static void decode(const void *argument, int results) {
    const Batch *batch = argument;
    for (const Encoded *file = batch->files; file < batch->files + batch->count; file++) {
        Reply reply = {0};
        int width, height, found;
        unsigned char *pixels = stbi_load_from_memory(file->bytes, (int)file->count, &width,
                                                      &height, &found, batch->channels);
        if (!pixels)
            snprintf(reply.reason, REASON_BYTES, "%s", stbi_failure_reason());
        else if (width != file->promised.width || height != file->promised.height)
            snprintf(reply.reason, REASON_BYTES, "it has another size than it promises");
        else
            reply.channels = batch->channels > 0 ? batch->channels : found;
        contained_write(results, &reply, sizeof reply);
        if (reply.channels > 0)
            contained_write(results, pixels, count_pixels(&file->promised) * reply.channels);
        stbi_image_free(pixels);
    }
}

/* Reads what the child answers for the next file. Returns false if that is no image; a reason that
 * the child gives stands in `reply`. */
static bool read_reply(const Contained *child, const Encoded *file, int channels, Reply *reply,
                       Image *image) {
    *reply = (Reply){0};
    if (!contained_read(child, reply, sizeof *reply))
        return false;
    reply->reason[REASON_BYTES - 1] = '\0';
    bool is_believed = channels > 0 ? reply->channels == channels
                                    : reply->channels > 0 && reply->channels <= IMAGE_MOST_CHANNELS;
    if (!is_believed)
        return false;
    *image = image_new(file->promised.height, file->promised.width, reply->channels);
    bool is_whole = contained_read(child, image->pixels, count_pixels(image) * image->channels);
    if (!is_whole)
        image_free(image);
    return is_whole;
}

/* Decodes the batch and gives its images to take(), from `number` on. Returns how many there are;
 * from the first failure on there are none, and `reason` says what it was. */
static int run_batch(const Batch *batch, int number, ImageTaker *take, void *context,
                     char reason[REASON_BYTES]) {
    ContainedLimits limits = {LEAST_SECONDS + (int)(batch->size / SIZE_A_SECOND),
                              LEAST_MEMORY + batch->largest * MEMORY_BY_SIZE};
    Contained child;
    require(contained_start(&child, decode, batch, limits),
            "%s: no process can be started to decode it: %s; end other programs",
            batch->files[0].path, strerror(errno));
    int decoded = 0;
    Image image;
    Reply reply = {0};
    while (decoded < batch->count &&
           read_reply(&child, batch->files + decoded, batch->channels, &reply, &image))
        take(context, number + decoded++, image);
    ContainedEnd end = contained_end(&child);
    if (reply.reason[0])
        snprintf(reason, REASON_BYTES, "%s", reply.reason);
    else if (end == CONTAINED_TOO_SLOW)
        snprintf(reason, REASON_BYTES, "the decoder took more than %d seconds", limits.seconds);
    else
        snprintf(reason, REASON_BYTES, "the decoder crashed");
    return decoded;
}

/* What fails among others is tried again alone: what came before it may have broken the decoder. */
void image_read_all(const char *const *paths, int count, int channels, ImageTaker *take,
                    void *context) {
    require(channels >= 0 && channels <= IMAGE_MOST_CHANNELS,
            "image_read: %d channels, expected 0 to %d", channels, IMAGE_MOST_CHANNELS);
    bool alone = false;
    for (int next = 0; next < count;) {
        Batch batch = {.channels = channels};
        char reason[REASON_BYTES];
        do {
            Encoded *file = &batch.files[batch.count];
            *file = encoded_new(paths[next + batch.count++]);
            size_t size = file->count + count_pixels(&file->promised);
            batch.size += size;
            batch.largest = max_size(batch.largest, size);
        } while (!alone && batch.count < BATCH_FILES && next + batch.count < count &&
                 batch.size < BATCH_SIZE);
        int decoded = run_batch(&batch, next, take, context, reason);
        for (int i = 0; i < batch.count; i++)
            free(batch.files[i].bytes);
        alone = decoded < batch.count;
        if (alone && batch.count == 1)
            refuse(paths[next], reason);
        next += decoded;
    }
}

static void keep(void *context, int number, Image image) {
    (void)number;
    *(Image *)context = image;
}

Image image_read(const char *path, int channels) {
    Image image = {0};
    image_read_all(&path, 1, channels, keep, &image);
    return image;
}
