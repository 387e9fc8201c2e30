// Who races in a page, one thread each, all by WebAssembly with SIMD: our step, ONNX Runtime Web and
// TensorFlow.js. Each is a function of the race's settings that prepares itself and returns
// turn(steps), which takes the seconds of one step, a mean.
import * as ort from "onnxruntime-web/wasm";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { run } from "../../../chapters/site/page/host.js";

const bytesOf = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());

const timed = async (steps, step) => {
  const start = performance.now();
  for (let i = 0; i < steps; i++) await step();
  return (performance.now() - start) / 1000 / steps;
};

// Each turn is a new process; the program takes the time itself, after a step that is not counted.
const ours = async ({ batch, mode }) => {
  const module = await WebAssembly.compile(await bytesOf("step.wasm"));
  const setting = ["20", "28", "1", "10", String(batch), "1", "channels_last", mode];
  return async (steps) => {
    let answers = "";
    const print = (text, isError) => {
      if (isError) throw new Error(text);
      answers += text;
    };
    run(module, ["step", ...setting], new Map(), print, `run 1\nrun ${steps}\n`);
    return Number(answers.trim().split("\n").at(-1));
  };
};

// Our network, exported by tests/bench's step; its logits are compared with ours before it races.
const onnxRuntime = async ({ batch }) => {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = new URL("ort/", location.href).href;
  const floats = async (name) => new Float32Array((await bytesOf(name)).buffer);
  const [session, images, logits] = await Promise.all([
    ort.InferenceSession.create(await bytesOf("net.onnx")),
    floats("net.inputs"),
    floats("net.logits"),
  ]);
  const inputs = { [session.inputNames[0]]: new ort.Tensor("float32", images, [batch, 1, 28, 28]) };
  const infer = async () => (await session.run(inputs))[session.outputNames[0]].data;
  const found = await infer();
  const largest = Math.max(...logits.map(Math.abs));
  const difference = Math.max(...logits.map((logit, i) => Math.abs(logit - found[i]))) / largest;
  if (!(difference < 1e-3)) throw new Error(`ONNX Runtime's logits differ by ${difference}`);
  return (steps) => timed(steps, infer);
};

// ResNet-20 as ours: pre-activation, with biases.
const tensorflowNetwork = () => {
  const convolution = (inputs, filters, kernelSize, strides) =>
    layers.layers
      .conv2d({ filters, kernelSize, strides, padding: "same" })
      .apply(inputs);
  const activation = (inputs) =>
    layers.layers.reLU().apply(layers.layers.batchNormalization().apply(inputs));
  const block = (inputs, filters, strides) => {
    const active = activation(inputs);
    const shortcut = strides > 1 ? convolution(active, filters, 1, strides) : inputs;
    const first = activation(convolution(active, filters, 3, strides));
    return layers.layers.add().apply([convolution(first, filters, 3, 1), shortcut]);
  };
  const images = layers.input({ shape: [28, 28, 1] });
  let outputs = convolution(images, 16, 3, 1);
  for (const [filters, strides] of [[16, 1], [32, 2], [64, 2]])
    for (let i = 0; i < 3; i++) outputs = block(outputs, filters, i === 0 ? strides : 1);
  const mean = layers.layers.globalAveragePooling2d({}).apply(activation(outputs));
  return layers.model({ inputs: images, outputs: layers.layers.dense({ units: 10 }).apply(mean) });
};

const tensorflow = async ({ batch }) => {
  setWasmPaths(new URL("tfjs/", location.href).href);
  setThreadsCount(1);
  await tf.setBackend("wasm");
  const network = tensorflowNetwork();
  const images = tf.randomNormal([batch, 28, 28, 1], 0, 1, "float32", 1);
  return (steps) =>
    timed(steps, async () => {
      const logits = network.predict(images);
      await logits.data();
      logits.dispose();
    });
};

const contestants = { ours, onnxRuntime, tensorflow };
globalThis.prepare = async (name, settings) => {
  globalThis.turn = await contestants[name](settings);
};
