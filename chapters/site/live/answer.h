/* live.wasm: the course's code, called by the pages "Tags" and "Train here". The functions that a
 * page calls take numbers, read and write files of the page's own memory, and answer with a line of
 * JSON on standard output. An error ends the instance as it ends a program; the page makes another
 * one. */
#ifndef ANSWER_H
#define ANSWER_H

#include <jansson.h>

/* A function for the page, by its own name. */
#define FOR_PAGE(name) __attribute__((export_name(#name))) void name

/* The file of a network: what is opened, and what is saved. */
#define MODEL_FILE "/model.safetensors"

/* Prints the line and gives the object up. */
void answer(json_t *object);

#endif
