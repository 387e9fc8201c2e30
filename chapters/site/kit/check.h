/* As much of Check as the exercises' tests use; a page runs each test in an instance of its own. */
#ifndef KIT_CHECK_H
#define KIT_CHECK_H

typedef struct TTest {
    const char *name;
    void (*fn)(int);
} TTest;

#define START_TEST(id)                                                                             \
    static void id##_test(int);                                                                    \
    static const TTest id##_entry = {#id, id##_test}, *const id = &id##_entry;                     \
    static void id##_test(int loop __attribute__((unused)))
#define END_TEST

#define ck_assert(condition)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_test("Assertion '%s' failed", #condition);                                        \
    } while (0)

#endif
