/* Tests of all_reduce(). There is one process here: the others are played by exchange(), which
 * knows what each of them would send if it were right. */
#include "harness.h"

#include "pieces/parallel.h"
#include <stdio.h>

enum { MOST_PROCESSES = 16, MOST_VALUES = 64 };

/* What the process under test goes through. */
typedef struct Play {
    int size, count;
    double values[MOST_PROCESSES][MOST_VALUES]; /* what each process begins with */
    int exchanges;                              /* so far */
} Play;

/* A part of the values: begin to before end. */
typedef struct Part {
    int begin, end;
} Part;

static int levels(int size) {
    int count = 0;
    while (1 << count < size)
        count++;
    return count;
}

/* What the process keeps after so many cuts. */
static Part part_after(const Play *play, int rank, int cuts) {
    Part part = {0, play->count};
    for (int cut = 0; cut < cuts; cut++) {
        int middle = part.begin + (part.end - part.begin) / 2;
        if (rank >> cut & 1)
            part.begin = middle;
        else
            part.end = middle;
    }
    return part;
}

/* The sum over the 2^level neighbours that the process belongs to, along the tree, in float. */
static float sum_of(const Play *play, int rank, int level, int index) {
    if (level == 0)
        return (float)play->values[rank][index];
    int first = rank >> level << level;
    return sum_of(play, first, level - 1, index) +
           sum_of(play, first + (1 << (level - 1)), level - 1, index);
}

static void expect_sent(const Play *play, int rank, Part part, int level, const float *sent) {
    double expected[MOST_VALUES];
    size_t count = (size_t)(part.end - part.begin);
    for (size_t i = 0; i < count; i++)
        expected[i] = (double)sum_of(play, rank, level, part.begin + (int)i);
    if (count == 0)
        return;
    char name[96];
    snprintf(name, sizeof name, "what process %d sends at exchange %d of %d", rank,
             play->exchanges + 1, 2 * levels(play->size));
    expect_values(name, axes_line('i', count), sent, expected, 0);
}

static void expect_talk(const Play *play, const Communicator *communicator, int partner, int given,
                        size_t sent_bytes, size_t received_bytes, Part sends, Part receives) {
    float talk[] = {(float)partner, (float)sent_bytes, (float)received_bytes};
    record_output("partner, bytes sent, bytes received", axes_line('i', 3), talk);
    int rank = communicator->rank, number = play->exchanges + 1;
    if (given != partner)
        fail_test("At exchange %d process %d of %d talks to process %d; it must be %d.", number,
                  rank, play->size, given, partner);
    size_t sent = (size_t)(sends.end - sends.begin) * sizeof(float);
    size_t received = (size_t)(receives.end - receives.begin) * sizeof(float);
    if (sent_bytes != sent || received_bytes != received)
        fail_test(
            "At exchange %d process %d of %d sends %zu bytes and receives %zu; of %d values it "
            "must send %zu and receive %zu.",
            number, rank, play->size, sent_bytes, received_bytes, play->count, sent, received);
}

/* The first exchanges halve, the others double. */
static void exchange(const Communicator *communicator, int partner, size_t sent_bytes,
                     const void *sent, size_t received_bytes, void *received) {
    Play *play = communicator->context;
    int rank = communicator->rank, all = levels(play->size), number = play->exchanges;
    if (number >= 2 * all)
        fail_test("Process %d of %d exchanges more than %d times.", rank, play->size, 2 * all);
    bool halves = number < all;
    int level = halves ? number : 2 * all - 1 - number, other = rank ^ 1 << level;
    Part kept = part_after(play, rank, level + 1), given = part_after(play, other, level + 1);
    Part sends = halves ? given : kept, receives = halves ? kept : given;
    expect_talk(play, communicator, other, partner, sent_bytes, received_bytes, sends, receives);
    expect_sent(play, rank, sends, halves ? level : all, sent);
    float *into = received;
    for (int i = receives.begin; i < receives.end; i++)
        into[i - receives.begin] = sum_of(play, other, halves ? level : all, i);
    play->exchanges++;
}

static void try_rank(Play *play, int rank) {
    Communicator communicator = {rank, play->size, exchange, play};
    size_t count = (size_t)play->count;
    float *values = in_out_floats("values", play->values[rank], count);
    float *received = output_floats("received", count - count / 2);
    double expected[MOST_VALUES];
    for (int i = 0; i < play->count; i++)
        expected[i] = (double)sum_of(play, 0, levels(play->size), i);
    play->exchanges = 0;
    all_reduce(&communicator, count, values, received);
    char name[64];
    snprintf(name, sizeof name, "values of process %d of %d", rank, play->size);
    expect_values(name, axes_line('i', count), values, expected, 0);
    snprintf(name, sizeof name, "exchanges of process %d of %d", rank, play->size);
    expect_integer(name, play->exchanges, 2 * levels(play->size));
}

static Play play_of(int size, int count) {
    Play play = {.size = size, .count = count};
    const double *values = random_values(7, MOST_PROCESSES * MOST_VALUES);
    for (int rank = 0; rank < size; rank++)
        for (int i = 0; i < count; i++)
            play.values[rank][i] = values[rank * MOST_VALUES + i];
    return play;
}

static void try_all(int size, int count) {
    Play play = play_of(size, count);
    for (int rank = 0; rank < size; rank++)
        try_rank(&play, rank);
}

START_TEST(alone) {
    try_all(1, 5);
}
END_TEST

START_TEST(first_of_two) {
    Play play = {.size = 2, .count = 4, .values = {{1, 2, 3, 4}, {10, 20, 30, 40}}};
    try_rank(&play, 0);
}
END_TEST

START_TEST(second_of_two) {
    Play play = {.size = 2, .count = 4, .values = {{1, 2, 3, 4}, {10, 20, 30, 40}}};
    try_rank(&play, 1);
}
END_TEST

START_TEST(four) {
    try_all(4, 8);
}
END_TEST

START_TEST(odd) {
    try_all(2, 5);
    try_all(4, 11);
}
END_TEST

START_TEST(few_values) {
    try_all(8, 3);
}
END_TEST

START_TEST(sixteen) {
    Play play = play_of(16, 64);
    try_rank(&play, 5);
    try_rank(&play, 10);
}
END_TEST

void exercise_tests(void) {
    add_test(alone, "one process alone exchanges nothing");
    add_test(first_of_two, "process 0 of 2, by hand");
    add_test(second_of_two, "process 1 of 2, by hand");
    add_test(four, "four processes");
    add_test(odd, "numbers of values that cannot be halved");
    add_test(few_values, "fewer values than processes");
    add_test(sixteen, "sixteen processes");
}
