// Runs a program that SIMD=wasm built: arguments, files in memory, text as it is printed.
import { ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI, WASIProcExit } from "@bjorn3/browser_wasi_shim";

// Thrown by run() when the program opens a file that was given as null: one to fetch, then run again.
export class Wanted extends Error {
  constructor(path) {
    super(`${path} is not loaded yet`);
    this.path = path;
  }
}

class Absent extends File {
  constructor(path) {
    super([]);
    this.path = path;
  }
  path_open() {
    throw new Wanted(this.path);
  }
}

// A tree of directories, from paths like "/datasets/fashion-mnist/t10k-images-idx3-ubyte".
const toTree = (files) => {
  const root = new Map([["tmp", new Directory(new Map())]]);
  for (const [path, bytes] of files) {
    const names = path.split("/").filter(Boolean);
    const last = names.pop();
    let directory = root;
    for (const name of names) {
      if (!directory.has(name)) directory.set(name, new Directory(new Map()));
      directory = directory.get(name).contents;
    }
    // Not copied: so what a program writes is told from what it leaves.
    directory.set(last, bytes ? Object.assign(new File([]), { data: bytes }) : new Absent(path));
  }
  return root;
};

const toFiles = (directory, path = "", files = new Map()) => {
  for (const [name, entry] of directory)
    if (entry instanceof Directory) toFiles(entry.contents, `${path}/${name}`, files);
    else files.set(`${path}/${name}`, entry.data);
  return files;
};

const decoded = (print, isError) => {
  const decoder = new TextDecoder();
  return new ConsoleStdout((bytes) => print(decoder.decode(bytes, { stream: true }), isError));
};

// The root directory, which says that all may be done in it: access() asks.
class Root extends PreopenDirectory {
  fd_fdstat_get() {
    const answer = super.fd_fdstat_get();
    answer.fdstat.fs_rights_base = answer.fdstat.fs_rights_inherited = 0xffffffffn;
    return answer;
  }
}

const load = (module, args, files, print, input = "") => {
  const root = toTree(files);
  const stdin = new OpenFile(new File(new TextEncoder().encode(input)));
  const streams = [stdin, decoded(print, false), decoded(print, true)];
  const wasi = new WASI(args, [], [...streams, new Root("/", root)], { debug: false });
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport });
  return { wasi, instance, root };
};

// Runs it to its end; the thread waits, so a page does this in a worker, whose terminate() stops it.
// args begin with the program's name. files: Map of absolute path to Uint8Array, or to null for what
// is fetched when a program opens it (Wanted); "/" is where the program stands. print(text, isError)
// gets text as it comes; input is what it reads. Returns the exit status, and all files as the
// program left them. What ends it otherwise (out of memory, a trap) is thrown.
export const run = (module, args, files, print, input) => {
  const { wasi, instance, root } = load(module, args, files, print, input);
  let status;
  try {
    status = wasi.start(instance);
  } catch (error) {
    if (!(error instanceof WASIProcExit)) throw error;
    status = error.code;
  }
  return { status, files: toFiles(root) };
};

// A module without main(), whose functions are called one by one; its end by an error is thrown.
// put() and take() write and read files of "/"; take() gives undefined if there is none.
export const open = (module, files, print) => {
  const { wasi, instance, root } = load(module, [], files, print);
  wasi.initialize(instance);
  return {
    call: (name, ...args) => instance.exports[name](...args),
    put: (name, bytes) => root.set(name, new File(bytes)),
    take: (name) => root.get(name)?.data,
  };
};
