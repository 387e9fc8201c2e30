/* What happens at each block of a network while it learns. */
#ifndef INSIDE_H
#define INSIDE_H

#include "contest.h"

/* A number for each block, from the images to the logits; the arrays are the contest's arena's. */
typedef struct Profile {
    int blocks;
    double *gradients; /* the norm of the loss's gradient by all the block's kernels */
    double *kernels;   /* the norm of these kernels */
    double *branches;  /* relative_branch_norm(); NULL in plain networks */
} Profile;

/* Runs the first batch of training images through the network, forward and backward, as it is in
 * the checkpoint; NULL: as it is before its training. */
Profile look_inside(const Contest *contest, const Candidate *candidate, const char *checkpoint);

#endif
