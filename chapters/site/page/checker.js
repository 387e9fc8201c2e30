// Checks an answer as `make check` does: compiler and grader in one worker, the tests in another, which is
// ended when a test does not end.
import { Caller } from "./calls.js";
import { grade } from "./grading.js";
import { NO_SIMD, hasSimd } from "./programs.js";

const LIMIT = 5000; // milliseconds for a test; when one has run out of it, the others get a quarter

export class Checker {
  // base: the kit's URL. version, files: as exercises.json has them. onLoad(part): how far the compiler is.
  constructor({ base, version, files, onLoad }) {
    this.kit = { base, version, files };
    this.bytes = Object.values(files).reduce((sum, size) => sum + size, 0);
    this.onLoad = onLoad;
  }

  // Whether the browser has the compiler from an earlier visit.
  async isKept() {
    try {
      const { base, version, files } = this.kit;
      const cache = (await caches.has(`compiler-${version}`)) && (await caches.open(`compiler-${version}`));
      return Boolean(cache) && (await cache.keys()).length === Object.keys(files).length && Boolean(base);
    } catch {
      return false;
    }
  }

  get isLoaded() {
    return Boolean(this.compiler) && !this.compiler.hasEnded;
  }

  async load() {
    if (!hasSimd()) throw new Error(NO_SIMD);
    const worker = new Worker(new URL("./compile_worker.js", import.meta.url), { type: "module" });
    const caller = new Caller(worker, ({ loaded }) => this.onLoad(loaded / this.bytes));
    try {
      await caller.call("load", this.kit);
    } catch (error) {
      caller.end();
      throw new Error(`The compiler could not be loaded (${error.message}). Is the network there? Check tries again.`);
    }
    this.compiler = caller;
  }

  // Calls a function of the tests' worker; null if it did not come back in time.
  async callTests(limit, name, ...args) {
    if (!this.tests || this.tests.hasEnded)
      this.tests = new Caller(new Worker(new URL("./grade_worker.js", import.meta.url), { type: "module" }));
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, limit, null);
    });
    const call = this.tests.call(name, ...args);
    const result = await Promise.race([call, late]).finally(() => clearTimeout(timer));
    if (result === null) {
      call.catch(() => {});
      this.tests.end("It took too long.");
    }
    return result;
  }

  async run(program, path) {
    const module = await WebAssembly.compile(program);
    const tests = await this.callTests(4 * LIMIT, "listTests", module);
    if (!tests) throw new Error("The tests did not begin in time.");
    let limit = LIMIT;
    for (const [index, test] of tests.entries()) {
      if (this.tests.hasEnded) await this.callTests(4 * LIMIT, "listTests", module); // starting is no test's time
      const result = await this.callTests(limit, "runTest", module, index);
      Object.assign(test, result ?? timedOut(limit));
      if (!result) limit = LIMIT / 4;
      test.place = test.frames.length ? await this.compiler.call("place", program, test.frames, path) : "";
    }
    return tests;
  }

  // The verdict, as build/grade.json has it (tests/README.md).
  async check({ chapter, name, stub }, source) {
    if (source === stub) return { status: "to do", message: "", warnings: "", passed: 0, tests: [] };
    if (!this.isLoaded) await this.load();
    const path = `exercises/${chapter}/${name}.c`;
    const tools = { run: (program) => this.run(program, path) };
    for (const step of ["compile", "symbols", "link", "judge"])
      tools[step] = (...args) => this.compiler.call(step, ...args);
    return grade({ name, path, source }, tools);
  }
}

const timedOut = (limit) => ({
  kind: "timed_out",
  message: `It was still computing after ${(limit / 1000).toFixed(1)} seconds: is there a loop that never ends?`,
  printed: "",
  frames: [],
  records: new Uint8Array(),
});
