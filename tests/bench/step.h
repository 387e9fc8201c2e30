/* The worker that runs our own training steps or inference. tests/bench/pytorch_bench.py is its
 * twin and understands the same:
 *
 *     bench step LAYERS SIZE CHANNELS CLASSES BATCH THREADS FORMAT train|infer
 *
 *     answers "ready PARAMETERS" once the model is built; then, to
 *     run N       "SECONDS", a step, the mean of N steps
 *     memory      "PEAK GRAPH": bytes of memory at the peak over what the process held before the
 *                 model was built, and of the compiled graph (PyTorch: 0)
 *     profile N   (not PyTorch) lines "OPERATION FORWARD BACKWARD", seconds a step, the mean of N;
 *                 the last has the operation "step" and the seconds of all */
#ifndef BENCH_STEP_H
#define BENCH_STEP_H

int step_main(int count, char **arguments);

#endif
