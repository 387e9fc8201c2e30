/* Exercise 14_many_machines, part 1: who does what.
 *
 * A step's batch is cut into `groups` equal groups: group 0 has its first images, group 1 the next
 * ones, and so on. Now several processes share the groups out. Each gets as many, and they lie side
 * by side, so that each process has whole branches of the tree. Sixteen images in eight groups,
 * among four processes:
 *
 *     images    0 1   2 3   4 5   6 7   8 9   10 11   12 13   14 15
 *     groups     0     1     2     3     4      5       6       7
 *     process    0     0     1     1     2      2       3       3
 *
 * Step by step:
 *   1. Not every batch can be shared out so. Return the first verdict that applies:
 *      SHARE_PROCESSES if size is no power of two (1, 2, 4, 8, ...); SHARE_GROUPS if groups is no
 *      power of two, or does not divide batch; SHARE_TOO_FEW_GROUPS if groups is less than size.
 *   2. How many groups has a process, and which one is the first of process number rank? Write
 *      share->groups and share->first_group.
 *   3. The same in images: share->images and share->first_image.
 *   4. Return SHARE_FITS. */
#include "pieces/parallel.h"

#include <stdbool.h>

ShareVerdict share_batch(int batch, int groups, int rank, int size, BatchShare *share) {
    /* CODE HERE */
    return SHARE_FITS;
}
