// Runs an exercise's tests (chapters/site/kit/harness.c), each in an instance of its own.
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI, WASIProcExit } from "@bjorn3/browser_wasi_shim";

const PRINTED = 4000 - 1; // so much is kept
const MOST_PRINTED = 8 << 20;
const traps = { none: 0, division: 1, address: 2, impossible: 3, stack: 4, printing: 5 };

class PrintedWithoutEnd extends Error {}

// The engines' own words for what ended an instance. isOver: the stack's pointer is outside the stack.
const trapOf = (error, isOver) => {
  if (error instanceof PrintedWithoutEnd) return traps.printing;
  if (!(error instanceof WebAssembly.RuntimeError)) return traps.stack; // RangeError, InternalError
  if (/divi|integer overflow/i.test(error.message)) return traps.division;
  if (/unreachable/i.test(error.message)) return traps.impossible;
  if (/stack/i.test(error.message)) return traps.stack;
  return isOver ? traps.stack : traps.address;
};

const framesOf = (error) =>
  [...(error.stack ?? "").matchAll(/wasm-function\[\d+\]:0x([0-9a-f]+)/g)].map(([, at]) => parseInt(at, 16));

const start = (module, args) => {
  const printed = new Uint8Array(PRINTED);
  let length = 0;
  let total = 0;
  const stream = () =>
    new ConsoleStdout((bytes) => {
      const kept = bytes.subarray(0, PRINTED - length);
      printed.set(kept, length);
      length += kept.length;
      total += bytes.length;
      if (total > MOST_PRINTED) throw new PrintedWithoutEnd();
    });
  const files = new Map();
  const root = new PreopenDirectory("/", files);
  const descriptors = [new OpenFile(new File([])), stream(), stream(), root];
  const wasi = new WASI(["tests", ...args], [], descriptors, { debug: false });
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport });
  const stack = instance.exports.__stack_pointer;
  const top = stack.value;
  let end = null;
  let trap = traps.none;
  try {
    wasi.start(instance);
  } catch (error) {
    if (!(error instanceof WASIProcExit)) {
      end = error;
      trap = trapOf(error, stack.value >>> 0 > top);
    }
  }
  stack.value = top; // a trap leaves it where it was
  return { exports: instance.exports, files, end, trap, printed: printed.subarray(0, length) };
};

const text = ({ memory }, at) => {
  const bytes = new Uint8Array(memory.buffer, at);
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
};

// As the native harness keeps it: printable characters and line ends alone.
const plain = (bytes) => bytes.map((c) => ((c < 32 && c !== 10) || c > 126 ? 63 : c));

// The tests: [{ name, title }].
export const listTests = (module) => {
  const { printed } = start(module, []);
  const lines = new TextDecoder().decode(printed).trimEnd().split("\n");
  return lines.map((line) => line.split("\t")).map(([name, title]) => ({ name, title }));
};

// Runs test number `index`. Returns { kind, message, printed, frames, records }: frames are places in
// the module, innermost first; records are bytes (tests/exercises/record.h).
export const runTest = (module, index) => {
  const { exports, files, end, trap, printed } = start(module, [String(index), "records"]);
  const at = exports.harness_printed();
  const shown = new Uint8Array(exports.memory.buffer, at, PRINTED + 1);
  shown.set(plain(printed));
  shown[printed.length] = 0;
  exports.harness_end(trap);
  return {
    kind: text(exports, exports.harness_kind()),
    message: text(exports, exports.harness_message()),
    printed: text(exports, at),
    frames: end ? framesOf(end) : [],
    records: files.get("records")?.data ?? new Uint8Array(),
  };
};
