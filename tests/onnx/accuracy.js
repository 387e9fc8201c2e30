// How many of Fashion-MNIST's first images ONNX Runtime gets right with a file that the trainer wrote:
// node accuracy.js RUNTIME MODEL.onnx IMAGES LABELS COUNT
//
// IMAGES and LABELS are IDX files, gzipped or not. Prints the accuracy in per cent.
"use strict";
const fs = require("fs");
const path = require("path");
const zlib = require("zlib");
const [runtime, model, imagesFile, labelsFile, countText] = process.argv.slice(2);
const ort = require(path.resolve(runtime));

const BATCH = 250;
const SIDE = 28; // of Fashion-MNIST's images
const PIXELS = SIDE * SIDE;

const read = (file) => {
  const bytes = fs.readFileSync(file);
  return file.endsWith(".gz") ? zlib.gunzipSync(bytes) : bytes;
};

async function main() {
  const count = Number(countText);
  const images = read(imagesFile).subarray(16);
  const labels = read(labelsFile).subarray(8);
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  let right = 0;
  for (let first = 0; first < count; first += BATCH) {
    const batch = Math.min(BATCH, count - first);
    const bytes = images.subarray(first * PIXELS, (first + batch) * PIXELS);
    const pixels = Float32Array.from(bytes, (byte) => byte / 255);
    const feeds = { images: new ort.Tensor("float32", pixels, [batch, 1, SIDE, SIDE]) };
    const { data, dims } = (await session.run(feeds)).logits;
    for (let n = 0; n < batch; n++) {
      const row = data.subarray(n * dims[1], (n + 1) * dims[1]);
      right += row.indexOf(Math.max(...row)) === labels[first + n];
    }
  }
  console.log(`accuracy ${((100 * right) / count).toFixed(2)}`);
}

main().catch((error) => {
  console.log(`failed: ${error.message}`);
  process.exitCode = 1;
});
