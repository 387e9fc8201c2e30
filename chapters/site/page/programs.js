// The programs that the pages run, and the workers that run them.

// A module that splats an i8x16.
const simd = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);
export const hasSimd = () => typeof WebAssembly === "object" && WebAssembly.validate(simd);
export const NO_SIMD =
  "This browser has no WebAssembly SIMD, which the programs need. Chrome and Edge from 91 on, Firefox " +
  "from 89 and Safari from 16.4 have it.";

// ---- programs ----

const programs = new Map(); // name: a promise of the module

async function compile(name) {
  const response = await fetch(new URL(`../programs/${name}.wasm`, import.meta.url)).catch(() => undefined);
  if (!response) throw new Error("The program could not be loaded: there is no network. Try again with one.");
  if (!response.ok) throw new Error(`The program could not be loaded: the server said ${response.status}.`);
  // Not every server knows the type that streaming wants.
  return WebAssembly.compileStreaming(response.clone()).catch(async () =>
    WebAssembly.compile(await response.arrayBuffer()),
  );
}

export function programOf(name) {
  if (!programs.has(name)) {
    const module = compile(name);
    module.catch(() => programs.delete(name));
    programs.set(name, module);
  }
  return programs.get(name);
}

// ---- workers ----

// Workers that wait for a program; one more than is used, so that after a Stop, too, a run needs no
// network.
const idle = new Set();

function addWorker() {
  const worker = new Worker(new URL("run_worker.js", import.meta.url), { type: "module" });
  worker.onerror = () => idle.delete(worker);
  idle.add(worker);
}

export function takeWorker() {
  if (!idle.size) addWorker();
  const [worker] = idle;
  idle.delete(worker);
  if (!idle.size) addWorker();
  return worker;
}

// Gives back one whose program has ended.
export const giveBack = (worker) => idle.add(worker);
