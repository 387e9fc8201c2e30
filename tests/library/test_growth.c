/* Tests of the sizes that images grow through, by hand. */
#include "cases.h"

#include "training/growth.h"

START_TEST(growth_goes_up_and_ends_full) {
    static const int eight[] = {20, 20, 20, 24, 24, 24, 28, 28}; /* 20 + 8 (e - 1) / 6, by fours */
    static const int four[] = {20, 20, 24, 28};
    for (int epoch = 1; epoch <= 8; epoch++)
        ck_assert_int_eq(growth_side(20, 28, epoch, 8), eight[epoch - 1]);
    for (int epoch = 1; epoch <= 4; epoch++)
        ck_assert_int_eq(growth_side(20, 28, epoch, 4), four[epoch - 1]);
    for (int epochs = 2; epochs <= 100; epochs++)
        for (int epoch = 1; epoch <= epochs; epoch++) {
            int side = growth_side(18, 32, epoch, epochs);
            ck_assert(side == 32 || (side < 32 && side % 4 == 18 % 4));
            ck_assert_int_ge(side, epoch == 1 ? 18 : growth_side(18, 32, epoch - 1, epochs));
            if (4 * epoch > 3 * epochs)
                ck_assert_int_eq(side, 32);
        }
    ck_assert_int_eq(growth_side(20, 28, 1, 1), 28); /* no time to grow */
    ck_assert_int_eq(growth_side(28, 28, 1, 8), 28);
    ck_assert_int_eq(growth_side(32, 28, 1, 8), 28);
}
END_TEST

TCase *growth_tests(void) {
    TCase *tests = tcase_create("growth");
    tcase_add_test(tests, growth_goes_up_and_ends_full);
    return tests;
}
