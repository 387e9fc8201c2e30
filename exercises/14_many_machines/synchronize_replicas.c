/* Exercise 14_many_machines, part 4: the data-parallel step.
 *
 * All processes have the same network, but each has seen images of its own. Its backward pass has
 * left gradients, its forward pass has moved the moving averages of the batch norms. Before the
 * update, all must agree on both, or the networks drift apart. Two things to mind:
 *   - The gradients are added up, and that is all. Each image's part was divided by the number of
 *     images of the WHOLE batch when its loss was made, so the sum is already the mean's gradient.
 *   - The moving averages are averages: add them up, then divide by the number of processes.
 *
 * Step by step:
 *   1. all_reduce() the gradients (part 3). `received` has the room that it asks for.
 *   2. all_reduce() the moving averages. moving_count may be 0: a network without batch norms.
 *   3. Divide each moving average by communicator->size. These are floats: 1 / size would be
 *      divided as whole numbers. */
#include "pieces/parallel.h"

void synchronize_replicas(const Communicator *communicator, size_t gradient_count, float *gradients,
                          size_t moving_count, float *moving_averages, float *received) {
    /* CODE HERE */
}
