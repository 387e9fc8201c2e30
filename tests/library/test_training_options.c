/* Tests of what a training's command line makes of a recipe. */
#include "cases.h"
#include "command_line.h"

#include <stdio.h>

#include "training/options.h"
#include "training/recipes.h"

/* Options that one space parts. */
static TrainerOptions read_line(const char *line) {
    static char copy[1024]; /* texts stay where they were given */
    char *arguments[MOST_ARGUMENTS];
    snprintf(copy, sizeof copy, "%s", line);
    int count = split_line(copy, arguments);
    TrainingOptions options = training_options(NULL);
    options_read(training_rows, "Trains.", count, arguments, &options);
    return options.trainer;
}

/* As lesson 8's table has them. */
START_TEST(recipes_are_those_of_the_lesson) {
    static const struct {
        const char *line;
        int epochs, augmented;
        ScheduleKind kind;
        float muon, keep, hard, erasing;
        bool eval_shift;
    } expected[] = {
        {"--recipe quick", 9, 0, SCHEDULE_ONE_CYCLE, 0.02F, 0.5F, 0.75F, 0, false},
        {"--recipe medium", 28, 23, SCHEDULE_ONE_CYCLE, 0.02F, 0.5F, 0.5F, 0.25F, true},
        {"--recipe long", 120, 0, SCHEDULE_COSINE, 0.02F, 0.5F, 0.5F, 0.5F, true},
        {"--recipe basic", 6, 0, SCHEDULE_ONE_CYCLE, 0, 0, 0, 0, false},
    };
    for (int i = 0; i < RECIPES; i++) {
        TrainerOptions got = read_line(expected[i].line);
        ck_assert_int_eq(got.epochs, expected[i].epochs);
        ck_assert_int_eq(got.augmentation.epochs, expected[i].augmented);
        ck_assert(got.schedule.kind == expected[i].kind && got.schedule.peak == 0.2F);
        ck_assert(got.muon == expected[i].muon && got.keep == expected[i].keep);
        ck_assert(got.hard == expected[i].hard && got.eval_shift == expected[i].eval_shift);
        ck_assert(got.augmentation.erasing == expected[i].erasing && got.augmentation.flip);
        ck_assert_int_eq(got.augmentation.shift, expected[i].erasing > 0 ? 2 : 0);
        ck_assert(got.augmentation.alternate == (got.muon > 0) && got.eval_flip == (got.muon > 0));
        ck_assert(got.batch == 128 && got.momentum == 0.9F && got.nesterov);
        ck_assert_float_eq(got.weight_decay, 5e-4F);
        ck_assert_str_eq(got.model_name, "resnet20");
        /* What no recipe has is the program's own. */
        ck_assert_str_eq(got.out, "build/training");
        ck_assert(got.seed == 1 && got.checkpoint_every == 5);
    }
}
END_TEST

START_TEST(options_reach_their_places) {
    TrainerOptions got = read_line(
        "--out dir --recipe basic --epochs 3 --batch 5 --groups 4 --ghost --learning-rate 0.5 "
        "--schedule steps --warmup 0.125 --momentum 0.25 --nesterov=no --weight-decay 0.75 "
        "--zero-start --muon 0.0625 --decay-only logits --average 0.5 --label-smoothing 0.375 "
        "--flip=no --alternate --shift 6 --erasing 0.625 --input-noise 2 --augment-epochs 7 "
        "--keep 0.875 --hard 0.25 --eval-flip --eval-shift --early-stopping 8 --min-delta 1.5 "
        "--validation 9 --resize 10 --data-format channels_first --checkpoint-every 11 "
        "--resume file --kernels loops --backward walk --profile --seed 12");
    ck_assert(got.epochs == 3 && got.batch == 5 && got.groups == 4 && got.ghost);
    ck_assert(got.schedule.peak == 0.5F && got.schedule.kind == SCHEDULE_STEPS);
    ck_assert(got.schedule.warmup == 0.125F && got.momentum == 0.25F && !got.nesterov);
    ck_assert(got.weight_decay == 0.75F && got.zero_start && got.muon == 0.0625F);
    ck_assert_str_eq(got.decay_only, "logits");
    ck_assert(got.average == 0.5F && got.label_smoothing == 0.375F);
    ck_assert(!got.augmentation.flip && got.augmentation.alternate && got.augmentation.shift == 6);
    ck_assert(got.augmentation.erasing == 0.625F && got.augmentation.noise == 2);
    ck_assert(got.augmentation.epochs == 7 && got.keep == 0.875F && got.hard == 0.25F);
    ck_assert(got.eval_flip && got.eval_shift && got.patience == 8 && got.min_delta == 1.5F);
    ck_assert(got.validation == 9 && got.size == 10 && got.data_format == CHANNELS_FIRST);
    ck_assert(got.checkpoint_every == 11 && got.loops && got.walk && got.profile);
    ck_assert_str_eq(got.resume, "file");
    ck_assert_str_eq(got.out, "dir");
    ck_assert_uint_eq(got.seed, 12);
}
END_TEST

TCase *training_options_tests(void) {
    TCase *tests = tcase_create("options of a training");
    tcase_add_test(tests, recipes_are_those_of_the_lesson);
    tcase_add_test(tests, options_reach_their_places);
    return tests;
}
