// Calls the functions of live.wasm (chapters/site/live), one after the other.
//
// A message { id, name, args, put, take, kept, fresh } asks for a call: put has files for "/" by their
// names, take names those wanted back. kept: paths and files that every new instance has from now on.
// fresh: in a new instance. The answer is { id, answer, files } or { id, error }.
import { open } from "./host.js";

let module, instance, kept = [], output, errors;

const print = (text, isError) => (isError ? (errors += text) : (output += text));

// One byte of each width: nothing but a look at what the browser knows.
const simd = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

async function load() {
  if (!WebAssembly.validate(simd))
    throw new Error("This browser does not know WebAssembly's SIMD, which the course's C code needs. Chrome, Edge, Firefox and Safari have it since 2021 to 2023.");
  const response = await fetch(new URL("../programs/live.wasm", import.meta.url)).catch(() => {});
  if (!response?.ok) throw new Error("The course's program (live.wasm) could not be loaded; is the network there?");
  return WebAssembly.compile(await response.arrayBuffer());
}

// The program's own last words, without the place in its source.
function explained(error) {
  const words = /^error: (.*?)(?: \[[^\]]*\])?$/m.exec(errors);
  if (words) return words[1];
  if (error instanceof RangeError || /memory/i.test(error.message)) return "The page's memory does not suffice for this.";
  return error.message;
}

async function call({ name, args = [], put = {}, take = [], kept: files, fresh }) {
  output = errors = "";
  module ??= await load();
  if (files) kept = files;
  if (fresh) instance = open(module, new Map(kept), print);
  for (const [path, bytes] of Object.entries(put)) instance.put(path, bytes);
  try {
    instance.call(name, ...args);
  } catch (error) {
    throw new Error(explained(error), { cause: error });
  }
  return { answer: JSON.parse(output), files: take.map((name) => instance.take(name)) };
}

addEventListener("message", async ({ data: { id, ...asked } }) => {
  try {
    postMessage({ id, ...(await call(asked)) });
  } catch (error) {
    console.debug(error.cause ?? error);
    postMessage({ id, error: error.message });
  }
});
