// make site-bench: ResNet-20 at 28x28 in the browser, one thread, in turns: our step, ONNX Runtime Web
// and TensorFlow.js infer; our step trains beside the native SIMD=sse build. Prints a table of
// medians; the ratio is the median of the turns' ratios. bench.mjs BUILD TURNS
import { spawn, execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { browser, require, root } from "../lib.mjs";
import { serve } from "../../../chapters/site/build/serve.mjs";

const [native, turns = "9"] = process.argv.slice(2);
const folder = path.join(root, "build/site-bench");
const SECONDS = 1; // a turn takes about so many

// ---- what the page loads ----

const prepareFolder = async (batch) => {
  fs.mkdirSync(folder, { recursive: true });
  const { build } = require("esbuild");
  await build({
    entryPoints: [path.join(root, "tests/site/bench/contestants.js")],
    outfile: path.join(folder, "contestants.js"),
    bundle: true,
    format: "esm",
    nodePaths: [path.join(root, "chapters/site/node_modules")],
    logLevel: "error",
  });
  const copy = (name, to, ending) => {
    const from = path.dirname(require.resolve(name));
    fs.mkdirSync(path.join(folder, to), { recursive: true });
    for (const file of fs.readdirSync(from))
      if (ending.test(file)) fs.copyFileSync(path.join(from, file), path.join(folder, to, file));
  };
  copy("onnxruntime-web", "ort", /^ort-wasm-simd-threaded\.(wasm|mjs)$/);
  copy("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm", "tfjs", /\.wasm$/);
  fs.copyFileSync(path.join(root, "build/wasm/tests/step"), path.join(folder, "step.wasm"));
  fs.writeFileSync(
    path.join(folder, "index.html"),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="contestants.js"></script>',
  );
  const setting = ["20", "28", "1", "10", String(batch), "1", "channels_first", "export"];
  execFileSync(native, ["step", ...setting, path.join(folder, "net")]);
};

// ---- contestants: each has turn(steps), which takes a step's seconds ----

const inPage = async (url, name, settings) => {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`${name}: ${error.message}`));
  await page.goto(url);
  await page.waitForFunction(() => globalThis.prepare);
  await page.evaluate(([name, settings]) => globalThis.prepare(name, settings), [name, settings]);
  return (steps) => page.evaluate((steps) => globalThis.turn(steps), steps);
};

const asProcess = async (batch, mode) => {
  const setting = ["20", "28", "1", "10", String(batch), "1", "channels_last", mode];
  const worker = spawn(native, ["step", ...setting], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = readline.createInterface({ input: worker.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return async (steps) => {
    worker.stdin.write(`run ${steps}\n`);
    return Number((await lines.next()).value);
  };
};

// ---- the race ----

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const race = async (title, batch, contestants) => {
  const names = Object.keys(contestants);
  const steps = {};
  const seconds = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) {
    await contestants[name](2);
    steps[name] = Math.max(1, Math.round(SECONDS / (await contestants[name](2))));
  }
  for (let turn = 0; turn < Number(turns); turn++)
    for (const name of names) seconds[name].push(await contestants[name](steps[name]));
  console.log(`\n${title}, batch ${batch}\n`);
  for (const name of names) {
    const ratios = seconds[name].map((value, turn) => value / seconds[names[0]][turn]);
    const speed = (batch / median(seconds[name])).toFixed(0).padStart(6);
    console.log(`  ${name.padEnd(24)} ${speed} images/s   ours is ${median(ratios).toFixed(2)} times as fast`);
  }
};

const { devDependencies } = require("./package.json");
const versionOf = (name) => devDependencies[name];
const batch = 32;
await prepareFolder(batch);
const { server, url } = await serve(folder);
console.log(`Chromium ${browser.version()}, one thread`);
await race("inference, ResNet-20 28x28", batch, {
  "ours, in the page": await inPage(url, "ours", { batch, mode: "infer" }),
  [`ONNX Runtime Web ${versionOf("onnxruntime-web")}`]: await inPage(url, "onnxRuntime", { batch }),
  [`TensorFlow.js ${versionOf("@tensorflow/tfjs-core")}`]: await inPage(url, "tensorflow", { batch }),
  "ours, native SIMD=sse": await asProcess(batch, "infer"),
});
await race("training, ResNet-20 28x28", batch, {
  "ours, in the page": await inPage(url, "ours", { batch, mode: "train" }),
  "ours, native SIMD=sse": await asProcess(batch, "train"),
});
await browser.close();
server.close();
process.exit(0);
