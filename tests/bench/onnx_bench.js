// ONNX Runtime's side of the benchmark, inference alone:
// node onnx_bench.js RUNTIME FILES THREADS BATCH CHANNELS SIZE
//
// RUNTIME is the folder of the package onnxruntime-node. FILES.onnx, FILES.inputs and FILES.logits are
// what "bench step ... export FILES" wrote: the network, images (N, C, H, W) and our logits of them.
//
// Answers the questions of tests/bench/step.h. Its first line is "ready DIFFERENCE VERSION": how far
// its logits are from ours, over the largest of ours.
"use strict";
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const [runtime, files, ...numbers] = process.argv.slice(2);
const [threads, batch, channels, size] = numbers.map(Number);

const processBytes = (what) => {
  const status = fs.readFileSync("/proc/self/status", "ascii");
  return 1024 * Number(status.match(`${what}:\\s*(\\d+)`)[1]);
};

const resetPeak = () => {
  try {
    fs.writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // The peak is then that of the whole process.
  }
};

const floats = (ending) => {
  const bytes = fs.readFileSync(`${files}.${ending}`);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
};

const largest = (values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

async function main(ort) {
  const images = new ort.Tensor("float32", floats("inputs"), [batch, channels, size, size]);
  const ours = floats("logits");
  const logits = new ort.Tensor("float32", new Float32Array(ours.length), [
    batch,
    ours.length / batch,
  ]);
  resetPeak();
  const before = processBytes("VmRSS");
  const session = await ort.InferenceSession.create(`${files}.onnx`, {
    executionProviders: ["cpu"],
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    interOpNumThreads: 1,
    intraOpNumThreads: threads,
  });
  const run = async (count) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) await session.run({ images }, { logits });
    return (performance.now() - start) / 1000 / count;
  };

  await run(1);
  const difference = largest(ours.map((value, i) => value - logits.data[i])) / largest(ours);
  console.log(`ready ${difference} ${ort.env.versions.node}`);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [question, count] = line.split(" ");
    if (question === "run") console.log(await run(Number(count)));
    else if (question === "memory") console.log(`${processBytes("VmHWM") - before} 0`);
  }
}

const load = () => {
  try {
    return require(path.resolve(runtime));
  } catch (error) {
    const [reason] = error.message.split("\n");
    console.log(`missing; make setup installs it where npm is (${reason})`);
    return null;
  }
};

const ort = load();
if (ort) main(ort);
