/* The worker that runs our own training steps or inference. tests/bench/pytorch_bench.py is its
 * twin and understands the same; tests/bench/onnx_bench.js has other arguments.
 *
 *     bench step LAYERS SIZE CHANNELS CLASSES BATCH THREADS FORMAT train|ghost|infer
 *
 *     answers "ready PARAMETERS" once the model is built; then, to
 *     run N       "SECONDS EXCHANGED", a step, the mean of N steps, and how much of it went by in
 *                 exchanges with other processes (ours alone), which share the batch, and in
 *                 waiting for them
 *     exchange N  (ours alone) "SECONDS", of a step's exchanges with nothing between them
 *     memory      "PEAK GRAPH": bytes of memory at the peak over what the process held before the
 *                 model was built, and of the compiled graph (others: 0)
 *     profile N   (ours alone) lines "OPERATION FORWARD BACKWARD", seconds a step, the mean of N;
 *                 the last has the operation "step" and the seconds of all
 *
 *     bench step LAYERS SIZE CHANNELS CLASSES BATCH THREADS channels_first export FILES
 *
 *     writes the network that infer runs as FILES.onnx, the images (N, C, H, W) as FILES.inputs and
 *     their logits (N, CLASSES) as FILES.logits, as plain floats; answers the same and ends. */
#ifndef BENCH_STEP_H
#define BENCH_STEP_H

int step_main(int count, char **arguments);

#endif
