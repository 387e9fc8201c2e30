// Calls the functions of live.wasm (chapters/site/live).
import { answerCalls } from "./calls.js";
import { open } from "./host.js";
import { NO_SIMD, hasSimd, programOf } from "./programs.js";

let instance, kept = [], output, errors;

const print = (text, isError) => (isError ? (errors += text) : (output += text));

// The program's own last words, without the place in its source.
function explained(error) {
  const words = /^error: (.*?)(?: \[[^\]]*\])?$/m.exec(errors);
  if (words) return words[1];
  if (error instanceof RangeError || /memory/i.test(error.message)) return "The page's memory does not suffice for this.";
  return error.message;
}

// put has files for "/" by their names, take names those wanted back. kept: paths and files that every new
// instance has from now on. fresh: in a new instance.
async function call({ name, args = [], put = {}, take = [], kept: files, fresh }) {
  if (!hasSimd()) throw new Error(NO_SIMD);
  const module = await programOf("live");
  output = errors = "";
  if (files) kept = files;
  if (fresh) instance = open(module, new Map(kept), print);
  for (const [path, bytes] of Object.entries(put)) instance.put(path, bytes);
  try {
    instance.call(name, ...args);
  } catch (error) {
    console.debug(error);
    throw new Error(explained(error), { cause: error });
  }
  return { answer: JSON.parse(output), files: take.map((name) => instance.take(name)) };
}

answerCalls({ call });
