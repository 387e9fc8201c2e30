#include "data/image_header.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const unsigned char png_signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
static const unsigned char jpeg_signature[] = {0xFF, 0xD8, 0xFF};

/* A big-endian number of so many bytes, at most 4; -1 at the end of the file, or beyond an int. */
static int read_number(FILE *stream, int bytes) {
    int64_t number = 0;
    for (int i = 0; i < bytes; i++) {
        int byte = getc(stream);
        if (byte == EOF)
            return -1;
        number = number << 8 | byte;
    }
    return number <= INT_MAX ? (int)number : -1;
}

/* Behind the signature: a chunk's length and name, width, height, bit depth and colour type. */
static bool read_png(FILE *stream, ImageHeader *header) {
    enum { IHDR = 0x49484452, IHDR_BYTES = 13 };
    static const int channels[] = {1, 0, 3, 3, 2, 0, 4};
    int bytes = read_number(stream, 4), name = read_number(stream, 4);
    if (bytes != IHDR_BYTES || name != IHDR)
        return false;
    header->width = read_number(stream, 4);
    header->height = read_number(stream, 4);
    read_number(stream, 1);
    int colour = read_number(stream, 1);
    if (colour >= 0 && colour < (int)(sizeof channels / sizeof *channels))
        header->channels = channels[colour];
    return header->channels > 0 && header->width >= 0 && header->height >= 0;
}

/* The next marker of a JPEG, whose first byte 0xFF may be repeated; EOF at the end. */
static int next_marker(FILE *stream) {
    int byte = getc(stream);
    while (byte != EOF && byte != 0xFF)
        byte = getc(stream);
    while (byte == 0xFF)
        byte = getc(stream);
    return byte;
}

/* Walks over the segments to the first frame's: its length, precision, height, width, components.
 * Markers that begin no segment are passed over. */
static bool read_jpeg(FILE *stream, ImageHeader *header) {
    enum {
        FRAMES = 0xC0,
        LAST_FRAME = 0xC2,
        RESTARTS = 0xD0,
        IMAGE = 0xD8,
        END = 0xD9,
        SCAN = 0xDA
    };
    for (;;) {
        int marker = next_marker(stream);
        if (marker == EOF || marker == END || marker == SCAN)
            return false;
        if (marker <= 1 || (marker >= RESTARTS && marker <= IMAGE))
            continue;
        int length = read_number(stream, 2);
        if (marker >= FRAMES && marker <= LAST_FRAME) {
            read_number(stream, 1);
            header->height = read_number(stream, 2);
            header->width = read_number(stream, 2);
            header->channels = read_number(stream, 1) >= 3 ? 3 : 1;
            return length > 2 && header->height >= 0 && header->width >= 0;
        }
        if (length < 2 || fseek(stream, length - 2, SEEK_CUR) != 0)
            return false;
    }
}

static bool begins_with(FILE *stream, const unsigned char *signature, size_t bytes) {
    unsigned char found[sizeof png_signature];
    rewind(stream);
    return fread(found, 1, bytes, stream) == bytes && memcmp(found, signature, bytes) == 0;
}

const char *image_header_read(FILE *stream, ImageHeader *header) {
    *header = (ImageHeader){0};
    bool known;
    if (begins_with(stream, png_signature, sizeof png_signature))
        known = read_png(stream, header);
    else if (begins_with(stream, jpeg_signature, sizeof jpeg_signature)) {
        fseek(stream, 2, SEEK_SET); /* the third byte begins the first segment */
        known = read_jpeg(stream, header);
    } else
        return "it begins neither as a PNG nor as a JPEG does, whatever its name";
    return known ? NULL : "its header is damaged";
}
