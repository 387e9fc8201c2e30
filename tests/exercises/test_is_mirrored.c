/* Tests of is_mirrored(): what all coins together must show, and the coins of a few images. */
#include "harness.h"

#include "base/random.h"
#include "pieces/training.h"

#include <stdio.h>
#include <stdlib.h>

enum { IMAGES = 4000, EPOCHS = 4, KEYS = 2 };
static const uint64_t keys[KEYS] = {0x243F6A8885A308D3, 0x13198A2E03707344};

/* Five standard deviations of the number of heads among IMAGES coins: sqrt(4000) / 2 = 31.6. */
enum { CHANCE = 158 };

typedef struct Answers {
    bool mirrored[KEYS][EPOCHS][IMAGES]; /* epochs 1 to 4 */
} Answers;

/* All answers, which tell wrong ones apart: those of a few images are recorded. */
static void ask(Answers *answers) {
    float record[KEYS * EPOCHS * 8];
    int recorded = 0;
    for (int k = 0; k < KEYS; k++)
        for (int epoch = 1; epoch <= EPOCHS; epoch++)
            for (int n = 0; n < IMAGES; n++) {
                bool mirrored = is_mirrored(keys[k], n, epoch);
                answers->mirrored[k][epoch - 1][n] = mirrored;
                if (n < 8)
                    record[recorded++] = mirrored;
            }
    record_output("the answers for a few images", axes_line('i', recorded), record);
}

/* Of so many images about half must be so; what: "are mirrored in epoch 1". */
static void expect_half(int count, int images, const char *what) {
    if (abs(count - images / 2) > CHANCE)
        fail_test("%d of %d images %s; about half should.", count, images, what);
}

START_TEST(half_is_mirrored) {
    static Answers answers;
    ask(&answers);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        int mirrored = 0;
        for (int n = 0; n < IMAGES; n++)
            mirrored += answers.mirrored[0][epoch - 1][n];
        char what[64];
        snprintf(what, sizeof what, "are mirrored in epoch %d", epoch);
        expect_half(mirrored, IMAGES, what);
    }
}
END_TEST

START_TEST(the_others_next) {
    static Answers answers;
    ask(&answers);
    for (int epoch = 1; epoch < EPOCHS; epoch++)
        for (int n = 0; n < IMAGES; n++)
            if (answers.mirrored[0][epoch][n] == answers.mirrored[0][epoch - 1][n])
                fail_test("Image %d is seen the same way in epochs %d and %d.", n, epoch,
                          epoch + 1);
}
END_TEST

/* Neighbours agree by chance alone. */
START_TEST(by_chance) {
    static Answers answers;
    ask(&answers);
    for (int apart = 1; apart <= 8; apart *= 2) {
        int alike = 0;
        for (int n = 0; n < IMAGES; n++)
            alike += answers.mirrored[0][0][n] == answers.mirrored[0][0][(n + apart) % IMAGES];
        char what[64];
        snprintf(what, sizeof what, "are seen in the same way as image number + %d", apart);
        expect_half(alike, IMAGES, what);
    }
}
END_TEST

START_TEST(heads_in_odd_epochs) {
    for (int n = 0; n < 8; n++) {
        bool coin = is_mirrored(keys[0], n, 1);
        for (int epoch = 3; epoch <= 99; epoch += 2)
            if (is_mirrored(keys[0], n, epoch) != coin)
                fail_test("Image %d is seen one way in epoch 1 and the other in epoch %d; all odd "
                          "epochs should show it the same way.",
                          n, epoch);
    }
}
END_TEST

START_TEST(the_highest_bit) {
    for (int n = 0; n < 64; n++)
        if (is_mirrored(keys[0], n, 1) != (random_bits_at(keys[0], (uint64_t)n) >> 63 == 1))
            fail_test("Image %d is %smirrored in epoch 1; images whose highest bit is 1 are.", n,
                      is_mirrored(keys[0], n, 1) ? "" : "not ");
}
END_TEST

START_TEST(by_the_key) {
    static Answers answers;
    ask(&answers);
    int alike = 0;
    for (int n = 0; n < IMAGES; n++)
        alike += answers.mirrored[0][0][n] == answers.mirrored[1][0][n];
    expect_half(alike, IMAGES, "are seen in the same way with another key");
}
END_TEST

void exercise_tests(void) {
    add_test(half_is_mirrored, "half of the images in each epoch");
    add_test(the_others_next, "in the next epoch the other half");
    add_test(heads_in_odd_epochs, "all odd epochs are alike");
    add_test(by_chance, "the halves are drawn by chance");
    add_test(the_highest_bit, "the coin is the highest bit, and heads are mirrored in epoch 1");
    add_test(by_the_key, "another key draws other halves");
}
