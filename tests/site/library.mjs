// Runs the library's tests that SIMD=wasm built, as a page would: library.mjs PROGRAM SUITE...
import fs from "node:fs";
import path from "node:path";
import { run } from "../../chapters/site/page/host.js";

const [program, ...suites] = process.argv.slice(2);
const files = new Map();
for (const name of fs.readdirSync("tests/golden", { recursive: true })) {
  const file = path.join("tests/golden", name);
  if (fs.statSync(file).isFile()) files.set(`/${file}`, fs.readFileSync(file));
}
const module = new WebAssembly.Module(fs.readFileSync(program));
const print = (text, isError) => (isError ? process.stderr : process.stdout).write(text);
process.exitCode = run(module, ["library", ...suites], files, print).status;
