/* Tests of base/options.h, and of the depths as options. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/options.h"
#include "command_line.h"
#include "expect_error.h"
#include "models/depth_options.h"

TCase *options_tests(void);

enum { MOST_WORDS = 8, ARGP_STATUS = 64 };

typedef enum Colour { RED, GREEN, BLUE } Colour;

typedef struct Part {
    uint64_t seed;
    int size;
} Part;

typedef struct Options {
    int batch, choice;
    float rate;
    Colour colour;
    bool run, flip;
    const char *out;
    Part part;
    int any_depth, cifar_depth, original_depth, named_depth;
    const char *words[MOST_WORDS];
    int count;
} Options;

static const char *const colours[] = {"red", "green", "blue", NULL};

static void read_preset(const OptionGiven *given) {
    Options *options = given->place;
    options->batch = (int)option_integer(given->option, given->text, 0, 100);
    options->out = "preset";
}

static void read_word(const OptionGiven *given) {
    Options *options = given->place;
    options->words[options->count++] = given->text;
}

static const Option part_rows[] = {{"size", 'S', "N", INTEGER_AT(Part, size, 1, 9), "of the part"},
                                   OPTION_GROUP(""),
                                   ROWS_AT(Part, seed, common_rows),
                                   {0}};

static const Option rows[] = {
    {"batch", 'b', "N", INTEGER_AT(Options, batch, -1, 64), "images in a step"},
    {"choice", 0, "COLOUR", CHOICE_AT(Options, choice, colours), "into an int"},
    OPTION_GROUP("More:"),
    {"rate", 0, "RATE", NUMBER_AT(Options, rate, 0, 1.5), "a number"},
    {"colour", 'c', "COLOUR", CHOICE_AT(Options, colour, colours), "into an enum"},
    {"run", 'r', NULL, FLAG_AT(Options, run), "a flag"},
    {"flip", 0, "yes|no", FLAG_AT(Options, flip), "a flag with an answer"},
    {"out", 'o', "DIR", TEXT_AT(Options, out), "a text"},
    {"preset", 0, "N", OPTION_VALUE(read_preset, 0, .is_first = true), "sets batch and out"},
    {"any", 0, "N", READ_AT(Options, any_depth, read_depth), "a depth"},
    {"cifar", 0, "N", READ_AT(Options, cifar_depth, read_cifar_depth), "a depth"},
    {"original", 0, "N", READ_AT(Options, original_depth, read_original_depth), "a depth"},
    {"model", 0, "NAME", READ_AT(Options, named_depth, read_depth_name), "a depth"},
    ROWS_AT(Options, part, part_rows),
    {0}};

static const Option rows_and_words[] = {
    {NULL, 0, "[WORD...]", READ(read_word), NULL}, ROWS(rows), {0}};

/* Reads "--batch 3 --run", words that one space parts. */
static Options read_with(const Option *table, const char *line) {
    static char copy[512]; /* texts stay where they were given */
    char *arguments[MOST_ARGUMENTS];
    snprintf(copy, sizeof copy, "%s", line);
    int count = split_line(copy, arguments);
    Options options = {.batch = 7, .out = "usual", .part.seed = 1};
    options_read(table, "A program.", count, arguments, &options);
    return options;
}

static void read_line(const void *line) {
    read_with(rows, line);
}

START_TEST(every_kind_reaches_its_place) {
    Options options = read_with(
        rows, "--batch=-1 --choice blue --rate 1.25 -c green -r --flip -o dir/a -S9 --seed 5");
    ck_assert_int_eq(options.batch, -1);
    ck_assert_int_eq(options.choice, 2);
    ck_assert(options.rate == 1.25f && options.colour == GREEN && options.run && options.flip);
    ck_assert_str_eq(options.out, "dir/a");
    ck_assert_int_eq(options.part.size, 9);
    ck_assert_uint_eq(options.part.seed, 5);
}
END_TEST

START_TEST(what_is_not_given_stays) {
    Options options = read_with(rows, "--flip=no");
    ck_assert_int_eq(options.batch, 7);
    ck_assert_str_eq(options.out, "usual");
    ck_assert_uint_eq(options.part.seed, 1);
    ck_assert(!options.run && !options.flip && options.rate == 0 && options.colour == RED);
}
END_TEST

START_TEST(the_last_value_counts) {
    Options options = read_with(rows, "--flip --ba 3 --flip=no --batch 4 --flip=yes --bat 5");
    ck_assert_int_eq(options.batch, 5);
    ck_assert(options.flip);
}
END_TEST

START_TEST(the_first_row_has_the_letter) {
    static const Option table[] = {
        {"size", 's', "N", INTEGER_AT(Options, part.size, 1, 9), "-s, as in chapter 10"},
        ROWS_AT(Options, part.seed, common_rows),
        {0}};
    Options options = read_with(table, "--seed 5 -s 3");
    ck_assert_uint_eq(options.part.seed, 5);
    ck_assert_int_eq(options.part.size, 3);
}
END_TEST

START_TEST(first_options_come_before_all_others) {
    static const char *const lines[] = {"--batch 3 --preset 9", "--preset 9 --batch 3",
                                        "-b3 --preset 1 --preset 9"};
    for (int i = 0; i < 3; i++) {
        Options options = read_with(rows, lines[i]);
        ck_assert_int_eq(options.batch, 3);
        ck_assert_str_eq(options.out, "preset");
    }
}
END_TEST

START_TEST(words_are_read_in_order) {
    Options options = read_with(rows_and_words, "one --batch 3 two -- --run");
    ck_assert_int_eq(options.count, 3);
    ck_assert_str_eq(options.words[0], "one");
    ck_assert_str_eq(options.words[1], "two");
    ck_assert_str_eq(options.words[2], "--run");
    ck_assert(options.batch == 3 && !options.run);
}
END_TEST

START_TEST(unusable_values_are_errors) {
    static const char *const numbers[] = {"65", "-2", "x", "3x", "1.5", "", "99999999999999999999"};
    for (int i = 0; i < 7; i++) {
        char line[64], quoted[64];
        snprintf(line, sizeof line, "--batch=%s", numbers[i]);
        snprintf(quoted, sizeof quoted, "--batch: '%s'", numbers[i]);
        expect_error(read_line, line, quoted, "whole number from -1 to 64; give one", NULL);
    }
    expect_error(read_line, "--rate 1.6", "--rate: '1.6' is not a number from 0 to 1.5", NULL);
    expect_error(read_line, "--rate nan", "--rate: 'nan'", NULL);
    expect_error(read_line, "-c pink", "--colour: 'pink'", "choose one of red, green, blue", NULL);
    expect_error(read_line, "--flip=perhaps", "--flip: 'perhaps'", "no, yes", NULL);
    expect_error(read_line, "--preset 101", "--preset: '101'", NULL);
    expect_error(read_line, "--seed -1", "--seed: '-1'", NULL);
    expect_error(read_line, "--threads 1000000", "--threads: '1000000'", "from 1 to ", NULL);
    expect_error(read_line, "--threads 0", "--threads: '0'", "from 1 to ", NULL);
    expect_error(read_line, "-S 10 --batch x --none", "--size: '10'", NULL); /* the first */
}
END_TEST

START_TEST(unknown_options_are_argps) {
    static const char *const lines[][2] = {{"--none", "--none"},
                                           {"-z", "z"},
                                           {"word", "word is not an option"},
                                           {"--batch", "--batch"},
                                           {"--run=yes", "--run"},
                                           {"--c red", "--c"}}; /* choice, colour or cifar */
    for (int i = 0; i < 6; i++) {
        Outcome outcome = run_in_child(read_line, lines[i][0]);
        ck_assert_int_eq(outcome.status, ARGP_STATUS);
        ck_assert_msg(strstr(outcome.text, lines[i][1]), "%s", outcome.text);
    }
}
END_TEST

static void read_help(const void *unused) {
    (void)unused;
    dup2(STDERR_FILENO, STDOUT_FILENO);
    read_with(rows_and_words, "--help");
}

START_TEST(help_lists_the_rows) {
    static const char *const texts[] = {"Usage: program [OPTION...] [WORD...]\nA program.\n\n",
                                        "  -b, --batch=N              images in a step\n",
                                        "\n\n More:\n      --any=N ", "      --flip[=yes|no]  ",
                                        "of the part\n\n  -s, --seed=N "};
    Outcome outcome = run_in_child(read_help, NULL);
    ck_assert_int_eq(outcome.status, 0);
    for (int i = 0; i < 5; i++)
        ck_assert_msg(strstr(outcome.text, texts[i]), "no \"%s\" in: %s", texts[i], outcome.text);
}
END_TEST

/* As a shell takes it: the words that were given, without the option and its value. */
START_TEST(command_is_what_was_given) {
    static char *words[][8] = {{"a b", "--out", "it's", "--preset", "3", "--batch", "9"},
                               {"a b", "--preset=3", "--out", "it's", "--batch", "9"}};
    Arena *arena = arena_new();
    for (int i = 0; i < 2; i++) {
        Options options = {0};
        options_read(rows, "A program.", 7 - i, words[i], &options);
        ck_assert_str_eq(options_command(arena, "preset"), "'a b' --out 'it'\\''s' --batch 9");
    }
    arena_free(arena);
}
END_TEST

/* He et al. 2015, table 1 and section 4.2; 200: He et al. 2016. */
START_TEST(published_depths_are_accepted) {
    Options options = read_with(rows, "--any 200 --cifar 110 --original 152 --model resnet44");
    ck_assert_int_eq(options.any_depth, 200);
    ck_assert_int_eq(options.cifar_depth, 110);
    ck_assert_int_eq(options.original_depth, 152);
    ck_assert_int_eq(options.named_depth, 44);
    expect_error(read_line, "--any 19", "of 18, 34, 50, 101, 152, 200, 20, 32, 44, 56, 110, 8x4 [",
                 NULL);
    expect_error(read_line, "--cifar 18", "one of 20, 32, 44, 56, 110 [", NULL);
    expect_error(read_line, "--original 200", "18, 34, 50, 101, 152, 20, 32, 44, 56, 110 [", NULL);
    expect_error(read_line, "--model 18", "resnet18, resnet34,", "resnet110, resnet8x4 [", NULL);
}
END_TEST

TCase *options_tests(void) {
    TCase *tests = tcase_create("options");
    tcase_add_test(tests, every_kind_reaches_its_place);
    tcase_add_test(tests, what_is_not_given_stays);
    tcase_add_test(tests, the_last_value_counts);
    tcase_add_test(tests, the_first_row_has_the_letter);
    tcase_add_test(tests, first_options_come_before_all_others);
    tcase_add_test(tests, words_are_read_in_order);
    tcase_add_test(tests, unusable_values_are_errors);
    tcase_add_test(tests, unknown_options_are_argps);
    tcase_add_test(tests, help_lists_the_rows);
    tcase_add_test(tests, command_is_what_was_given);
    tcase_add_test(tests, published_depths_are_accepted);
    return tests;
}
