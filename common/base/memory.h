/* Memory that is there or ends the program: callers need no test for NULL. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory for count items of size bytes, aligned to 64 bytes. Free with free(). */
void *memory_new(size_t count, size_t size);

/* Ends the program, saying how much `what` needs, unless so many bytes are free. Small arrays are
 * not looked at; memory_new() asks for every large one. */
void memory_require(size_t bytes, const char *what);

/* Room for one more item behind the `count` items of an array, of `size` bytes each, that has grown
 * by this function alone (NULL: an empty one). Returns the array, which may have moved. The new
 * item's bytes are whatever they are. Free with free(). */
void *memory_grow(void *items, int count, size_t size);

/* An arena owns many small things and frees them together. */
typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena);

/* Zeroed memory that lives as long as the arena. */
void *arena_alloc(Arena *arena, size_t bytes);

/* A formatted string that lives as long as the arena. */
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
