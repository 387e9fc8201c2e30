/* Exercise 08_training, part 4: how fast to learn, and when.
 *
 * Let w = warmup * total_steps. While step < w, the rate is on its way up:
 *     peak * (step + 1) / (w + 1).
 * After that, with t = (step - w) / (total_steps - w), which goes from 0 to nearly 1:
 *     SCHEDULE_CONSTANT   peak
 *     SCHEDULE_STEPS      peak; a tenth of it from half of all steps on; a hundredth from three
 *                         quarters on. This one counts by step / total_steps, not by t.
 *     SCHEDULE_COSINE     peak * (1 + cos(pi * t)) / 2
 *     SCHEDULE_ONE_CYCLE  peak * (1 - t)
 *
 * Step by step: the warm-up with its own return; t; then a switch over schedule->kind. Mind that
 * 3 / 4 is 0 in whole numbers: compute in float. pi is M_PI of math.h. */
#include "pieces/training.h"

#include <math.h>

float learning_rate_at(const Schedule *schedule, int step, int total_steps) {
    /* stub: return 0; */
    float warmup_steps = schedule->warmup * (float)total_steps;
    if ((float)step < warmup_steps)
        return schedule->peak * (float)(step + 1) / (warmup_steps + 1);

    float t = ((float)step - warmup_steps) / ((float)total_steps - warmup_steps);
    float done = (float)step / (float)total_steps;
    switch (schedule->kind) {
    case SCHEDULE_STEPS:
        return schedule->peak * (done < 0.5f ? 1.0f : done < 0.75f ? 0.1f : 0.01f);
    case SCHEDULE_COSINE:
        return schedule->peak * (1 + cosf((float)M_PI * t)) / 2;
    case SCHEDULE_ONE_CYCLE:
        return schedule->peak * (1 - t);
    case SCHEDULE_CONSTANT:
    default:
        return schedule->peak;
    }
}
