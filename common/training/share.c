#include "training/share.h"

#include "base/error.h"

BatchShare training_share(const Communicator *communicator, int batch, int groups) {
    int rank = communicator ? communicator->rank : 0;
    int processes = communicator ? communicator->size : 1;
    if (groups == 0)
        groups = processes;
    BatchShare share;
    ShareVerdict verdict = share_batch(batch, groups, rank, processes, &share);
    require(verdict != SHARE_PROCESSES,
            "%d processes cannot share out a training; use a power of two", processes);
    require(verdict != SHARE_GROUPS,
            "groups: %d do not fit a batch of %d images; use a power of two that divides the batch",
            groups, batch);
    require(verdict != SHARE_TOO_FEW_GROUPS,
            "groups: %d cannot be shared out among %d processes; use at least as many groups",
            groups, processes);
    return share;
}

Groups training_groups(const Communicator *communicator, BatchShare share) {
    bool is_alone = !communicator || communicator->size == 1;
    return (Groups){.count = share.groups,
                    .first = share.first_group,
                    .communicator = is_alone ? NULL : communicator};
}
