/* The exercises, in the course's order: the table tests/exercises/exercises.txt. */
#ifndef GRADER_EXERCISES_H
#define GRADER_EXERCISES_H

#include <stdbool.h>

typedef struct Exercise {
    const char *chapter;  /* "01_padding": the folder's name in chapters/, exercises/, solutions/ */
    const char *function; /* defined in <chapter>/<function>.c */
    int points;
} Exercise;

extern const Exercise *exercises;
extern int num_exercises;

/* Reads the table; a line that is not one ends the program. */
void exercises_read(void);

/* NULL if there is none of that name. */
const Exercise *exercise_find(const char *function);

/* Whether the exercise belongs to the chapter "05"; NULL stands for all. */
bool exercise_in_chapter(const Exercise *exercise, const char *number);

#endif
