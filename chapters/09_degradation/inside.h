/* What happens at each block of a network while it learns. */
#ifndef INSIDE_H
#define INSIDE_H

#include "contest.h"

/* Numbers for each block, from the images to the logits. The contest's arena owns the arrays. */
typedef struct Profile {
    int blocks;
    double *gradients; /* the norm of the loss's gradient by all the block's kernels */
    double *kernels;   /* the norm of these kernels */
    double *branches;  /* relative_branch_norm(); NULL in plain networks */
} Profile;

/* Runs the first batch of training images through the checkpoint's network, forward and backward.
 * checkpoint NULL: through the network as it is before its training. */
Profile look_inside(const Contest *contest, const Candidate *candidate, const char *checkpoint);

/* relative_branch_norm() of two tensors that were kept, after a run. */
double branch_norm(const Graph *graph, const char *branch_name, const char *shortcut_name);

#endif
