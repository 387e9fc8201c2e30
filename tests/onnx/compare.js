// Our logits against ONNX Runtime's: node compare.js RUNTIME DIR <list
//
// RUNTIME is the folder of the package onnxruntime-node, DIR what tests/onnx/write_models.c filled,
// and the list its standard output. One line a network, in TAP's form.
"use strict";
const fs = require("fs");
const path = require("path");
const [runtime, directory] = process.argv.slice(2);
const ort = require(path.resolve(runtime));

const TOLERANCE = 1e-4;

const floats = (file) => {
  const bytes = fs.readFileSync(path.join(directory, file));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
};

const largest = (values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

const difference = (a, b) =>
  a.length === b.length ? largest(a.map((value, i) => value - b[i])) : NaN;

// The whole batch, and its first image alone: the file leaves the size of a batch open.
async function compare(name, batch, sizes, classes) {
  const session = await ort.InferenceSession.create(path.join(directory, `${name}.onnx`), {
    intraOpNumThreads: 1,
  });
  const images = floats(`${name}.inputs`);
  const expected = floats(`${name}.logits`);
  const run = async (count) => {
    const part = images.slice(0, (images.length / batch) * count);
    const feeds = { images: new ort.Tensor("float32", part, [count, ...sizes]) };
    return (await session.run(feeds)).logits;
  };
  const all = await run(batch);
  const one = await run(1);
  const good =
    String(all.dims) === String([batch, classes]) &&
    String(one.dims) === String([1, classes]) &&
    largest(expected) > 0.1 &&
    difference(all.data, expected) <= TOLERANCE &&
    difference(one.data, expected.slice(0, classes)) <= TOLERANCE;
  console.log(
    `${good ? "ok" : "not ok"} - ${name}: logits up to ${largest(expected).toFixed(2)}, ` +
      `ONNX Runtime's differ by ${difference(all.data, expected).toExponential(1)}`
  );
}

async function main() {
  for (const line of fs.readFileSync(0, "utf8").trim().split("\n")) {
    const [name, ...numbers] = line.split(" ");
    const [batch, channels, height, width, classes] = numbers.map(Number);
    await compare(name, batch, [channels, height, width], classes);
  }
}

main().catch((error) => {
  console.log(`not ok - ONNX Runtime: ${error.message}`);
  process.exitCode = 1;
});
