/* A recorder: computes, and remembers what was computed from what. Each function computes its
 * values at once and appends a node; backward_walk() then finds the way back.
 *
 *     x ──┬────────────── + ── y
 *         └─ · ── relu ───┘
 *         w ─┘ */
#ifndef TAPE_H
#define TAPE_H

#include "graph/node.h"

typedef struct Tape Tape;

Tape *tape_new(void);
void tape_free(Tape *tape);

/* A parameter, which wants a gradient and is kept, or data. */
Node *tape_value(Tape *tape, const char *name, size_t count, const float *values,
                 bool wants_gradient);

/* Value by value; a and b have equally many. */
Node *tape_add(Tape *tape, const char *name, Node *a, Node *b);
Node *tape_multiply(Tape *tape, const char *name, Node *a, Node *b);
Node *tape_relu(Tape *tape, const char *name, Node *a);

/* The nodes in the order of recording. */
Node *const *tape_nodes(const Tape *tape, int *count);

/* The gradients of the target's sum, by backward_walk(). Returns the most bytes that they took. */
size_t tape_backward(Tape *tape, Node *target);

#endif
