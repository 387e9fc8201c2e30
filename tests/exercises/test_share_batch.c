/* Tests of share_batch(). */
#include "harness.h"

#include "pieces/parallel.h"
#include <stdio.h>

enum { MOST_IMAGES = 128, NOBODY = -1 };

static const char *name_of(ShareVerdict verdict) {
    static const char *const names[] = {"SHARE_FITS", "SHARE_PROCESSES", "SHARE_GROUPS",
                                        "SHARE_TOO_FEW_GROUPS"};
    bool is_known = verdict >= SHARE_FITS && verdict <= SHARE_TOO_FEW_GROUPS;
    return is_known ? names[verdict] : "no ShareVerdict";
}

/* What is not written stays NOBODY. */
static BatchShare share_of(int batch, int groups, int rank, int size, ShareVerdict expected) {
    BatchShare share = {NOBODY, NOBODY, NOBODY, NOBODY};
    ShareVerdict verdict = share_batch(batch, groups, rank, size, &share);
    record_text("verdict", name_of(verdict));
    if (verdict != expected)
        fail_test("Batch of %d, groups %d, processes %d: the verdict is %s; it must be %s.", batch,
                  groups, size, name_of(verdict), name_of(expected));
    return share;
}

static void expect_share(int batch, int groups, int rank, int size, BatchShare expected) {
    BatchShare share = share_of(batch, groups, rank, size, SHARE_FITS);
    const char *const names[] = {"first_group", "groups", "first_image", "images"};
    const int got[] = {share.first_group, share.groups, share.first_image, share.images};
    const int wanted[] = {expected.first_group, expected.groups, expected.first_image,
                          expected.images};
    record_output("share", axes_line('i', 4),
                  (float[]){(float)got[0], (float)got[1], (float)got[2], (float)got[3]});
    for (int i = 0; i < 4; i++) {
        char what[128];
        snprintf(what, sizeof what, "share->%s of process %d of %d, %d images in %d groups",
                 names[i], rank, size, batch, groups);
        expect_integer(what, got[i], wanted[i]);
    }
}

START_TEST(alone) {
    expect_share(16, 8, 0, 1, (BatchShare){0, 8, 0, 16});
    expect_share(7, 1, 0, 1, (BatchShare){0, 1, 0, 7});
}
END_TEST

START_TEST(four) {
    expect_share(16, 8, 0, 4, (BatchShare){0, 2, 0, 4});
    expect_share(16, 8, 1, 4, (BatchShare){2, 2, 4, 4});
    expect_share(16, 8, 2, 4, (BatchShare){4, 2, 8, 4});
    expect_share(16, 8, 3, 4, (BatchShare){6, 2, 12, 4});
}
END_TEST

START_TEST(a_group_each) {
    expect_share(128, 8, 5, 8, (BatchShare){5, 1, 80, 16});
}
END_TEST

START_TEST(an_image_each) {
    expect_share(4, 4, 3, 4, (BatchShare){3, 1, 3, 1});
}
END_TEST

START_TEST(other_batches) {
    expect_share(100, 4, 1, 2, (BatchShare){2, 2, 50, 50});
    expect_share(24, 8, 1, 2, (BatchShare){4, 4, 12, 12});
    expect_share(48, 16, 3, 4, (BatchShare){12, 4, 36, 12});
}
END_TEST

/* The number of the process that takes each image, and each group. */
typedef struct Owners {
    int of_image[MOST_IMAGES], of_group[MOST_IMAGES];
} Owners;

static void take_share(Owners *owners, BatchShare share, int batch, int groups, int rank) {
    for (int i = 0; i < batch; i++) {
        if (i < share.first_image || i >= share.first_image + share.images)
            continue;
        if (owners->of_image[i] != NOBODY)
            fail_test("Image %d of %d belongs to process %d and to process %d.", i, batch,
                      owners->of_image[i], rank);
        owners->of_image[i] = rank;
    }
    for (int g = 0; g < groups; g++)
        if (g >= share.first_group && g < share.first_group + share.groups)
            owners->of_group[g] = rank;
}

static void try_all(int batch, int groups, int size) {
    Owners owners;
    for (int i = 0; i < MOST_IMAGES; i++)
        owners.of_image[i] = owners.of_group[i] = NOBODY;
    for (int rank = 0; rank < size; rank++) {
        BatchShare share = {NOBODY, NOBODY, NOBODY, NOBODY};
        if (share_batch(batch, groups, rank, size, &share) != SHARE_FITS)
            fail_test("Batch of %d, groups %d, processes %d: that fits.", batch, groups, size);
        take_share(&owners, share, batch, groups, rank);
    }
    for (int i = 0; i < batch; i++) {
        int group = i / (batch / groups);
        if (owners.of_image[i] == NOBODY)
            fail_test("Image %d of %d belongs to no process.", i, batch);
        if (owners.of_image[i] != owners.of_group[group])
            fail_test("Image %d of %d belongs to process %d, its group %d to process %d.", i, batch,
                      owners.of_image[i], group, owners.of_group[group]);
    }
}

START_TEST(each_image_once) {
    for (int size = 1; size <= 16; size *= 2)
        for (int groups = size; groups <= 16; groups *= 2)
            for (int images = 1; images <= 8; images++)
                try_all(images * groups, groups, size);
}
END_TEST

START_TEST(processes) {
    share_of(24, 8, 0, 3, SHARE_PROCESSES);
    share_of(24, 8, 2, 6, SHARE_PROCESSES);
}
END_TEST

START_TEST(no_power_of_two) {
    share_of(24, 12, 1, 2, SHARE_GROUPS);
    share_of(24, 3, 0, 1, SHARE_GROUPS);
}
END_TEST

START_TEST(not_divided) {
    share_of(24, 16, 1, 2, SHARE_GROUPS);
    share_of(7, 2, 0, 1, SHARE_GROUPS);
    share_of(4, 8, 0, 2, SHARE_GROUPS);
}
END_TEST

START_TEST(too_few) {
    share_of(64, 2, 0, 4, SHARE_TOO_FEW_GROUPS);
    share_of(64, 1, 1, 2, SHARE_TOO_FEW_GROUPS);
}
END_TEST

START_TEST(first_verdict) {
    share_of(10, 4, 0, 6, SHARE_PROCESSES);
    share_of(10, 4, 0, 8, SHARE_GROUPS);
}
END_TEST

void exercise_tests(void) {
    add_test(alone, "one process has everything");
    add_test(four, "16 images in 8 groups, among 4 processes");
    add_test(a_group_each, "as many processes as groups");
    add_test(an_image_each, "an image each");
    add_test(other_batches, "batches of 100, 24 and 48 images");
    add_test(each_image_once, "each image belongs to one process, that of its group");
    add_test(processes, "3 and 6 processes cannot share out a batch");
    add_test(no_power_of_two, "3 and 12 groups are no powers of two");
    add_test(not_divided, "groups that do not divide the batch");
    add_test(too_few, "fewer groups than processes");
    add_test(first_verdict, "the first verdict that applies");
}
