/* The suite of common/kernels, but for the convolution's. */
#include "test_kernels.h"

#include "kernels/kernels.h"

Suite *kernels_suite(void);

/* Every row of the table of loops is filled. */
START_TEST(table_of_loops) {
    ck_assert_str_eq(kernels_loops.name, "loops");
    const void *const *entries = (const void *const *)&kernels_loops;
    for (size_t i = 0; i < sizeof kernels_loops / sizeof *entries; i++)
        ck_assert_msg(entries[i] != NULL, "entry %zu of kernels_loops is NULL", i);
}
END_TEST

Suite *kernels_suite(void) {
    Suite *suite = suite_create("kernels");
    TCase *table = tcase_create("table");
    tcase_add_test(table, table_of_loops);
    suite_add_tcase(suite, table);
    suite_add_tcase(suite, batch_norm_tests());
    suite_add_tcase(suite, batch_norm_loops_tests());
    suite_add_tcase(suite, elementwise_tests());
    suite_add_tcase(suite, loss_tests());
    suite_add_tcase(suite, pool_tests());
    return suite;
}
