/* Images out of files.
 *
 * Decoding is stb's work (Debian's libstb), in a child process, where a damaged file can do no harm
 * (base/contained.h). What is no image, or cannot be decoded, ends the program with a message that
 * names the file. */
#ifndef DATA_IMAGE_READER_H
#define DATA_IMAGE_READER_H

#include "data/image.h"

/* At most this number of pixels is read; a file that promises more is refused undecoded. */
enum { IMAGE_MOST_PIXELS = 100 * 1000 * 1000 };

/* Reads a PNG or a JPEG and converts it to `channels` channels: 1 grey, 3 RGB, 0 as the file has
 * them. */
Image image_read(const char *path, int channels);

/* The same for many files, several in a child process: gives take() each image in turn, and its
 * number. take() frees it. */
typedef void ImageTaker(void *context, int number, Image image);
void image_read_all(const char *const *paths, int count, int channels, ImageTaker *take,
                    void *context);

/* The size and channels that a file's header promises; pixels is NULL. A PNG's transparent colour,
 * which image_read() makes a channel of, does not count. */
Image image_read_header(const char *path);

#endif
